# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'sign_in.ui'
##
## Created by: Qt User Interface Compiler version 6.11.3
##
## WARNING! All changes made in this file will be lost when recompiling UI file!
################################################################################

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QComboBox, QGridLayout, QHBoxLayout,
    QLabel, QLineEdit, QPushButton, QSizePolicy,
    QSpacerItem, QVBoxLayout, QWidget)

class Ui_SignInForm(object):
    def setupUi(self, SignInForm):
        if not SignInForm.objectName():
            SignInForm.setObjectName(u"SignInForm")
        self.outer_page = QVBoxLayout(SignInForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(SignInForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.profile_field = QVBoxLayout()
        self.profile_field.setObjectName(u"profile_field")
        self.profile_label = QLabel(SignInForm)
        self.profile_label.setObjectName(u"profile_label")

        self.profile_field.addWidget(self.profile_label)

        self.profile_row = QHBoxLayout()
        self.profile_row.setObjectName(u"profile_row")
        self.profile = QComboBox(SignInForm)
        self.profile.setObjectName(u"profile")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(0)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.profile.sizePolicy().hasHeightForWidth())
        self.profile.setSizePolicy(sizePolicy)

        self.profile_row.addWidget(self.profile)

        self.edit_profile = QPushButton(SignInForm)
        self.edit_profile.setObjectName(u"edit_profile")

        self.profile_row.addWidget(self.edit_profile)

        self.new_profile = QPushButton(SignInForm)
        self.new_profile.setObjectName(u"new_profile")

        self.profile_row.addWidget(self.new_profile)


        self.profile_field.addLayout(self.profile_row)

        self.profile_help = QLabel(SignInForm)
        self.profile_help.setObjectName(u"profile_help")
        self.profile_help.setWordWrap(True)

        self.profile_field.addWidget(self.profile_help)


        self.outer_page.addLayout(self.profile_field)

        self.persona_box = QWidget(SignInForm)
        self.persona_box.setObjectName(u"persona_box")
        self.persona_field = QVBoxLayout(self.persona_box)
        self.persona_field.setObjectName(u"persona_field")
        self.persona_field.setContentsMargins(0, 0, 0, 0)
        self.persona_label = QLabel(self.persona_box)
        self.persona_label.setObjectName(u"persona_label")

        self.persona_field.addWidget(self.persona_label)

        self.persona = QComboBox(self.persona_box)
        self.persona.setObjectName(u"persona")

        self.persona_field.addWidget(self.persona)

        self.persona_help = QLabel(self.persona_box)
        self.persona_help.setObjectName(u"persona_help")
        self.persona_help.setWordWrap(True)

        self.persona_field.addWidget(self.persona_help)


        self.outer_page.addWidget(self.persona_box)

        self.login_box = QWidget(SignInForm)
        self.login_box.setObjectName(u"login_box")
        self.login_grid = QGridLayout(self.login_box)
        self.login_grid.setObjectName(u"login_grid")
        self.login_grid.setContentsMargins(0, 0, 0, 0)
        self.login_password_field = QVBoxLayout()
        self.login_password_field.setObjectName(u"login_password_field")
        self.login_password_label = QLabel(self.login_box)
        self.login_password_label.setObjectName(u"login_password_label")

        self.login_password_field.addWidget(self.login_password_label)

        self.login_password = QLineEdit(self.login_box)
        self.login_password.setObjectName(u"login_password")
        self.login_password.setEchoMode(QLineEdit.EchoMode.Password)

        self.login_password_field.addWidget(self.login_password)

        self.login_password_help = QLabel(self.login_box)
        self.login_password_help.setObjectName(u"login_password_help")
        self.login_password_help.setWordWrap(True)

        self.login_password_field.addWidget(self.login_password_help)


        self.login_grid.addLayout(self.login_password_field, 0, 0, 1, 1)

        self.keep_in_field = QVBoxLayout()
        self.keep_in_field.setObjectName(u"keep_in_field")
        self.keep_in_label = QLabel(self.login_box)
        self.keep_in_label.setObjectName(u"keep_in_label")

        self.keep_in_field.addWidget(self.keep_in_label)

        self.keep_in = QComboBox(self.login_box)
        self.keep_in.setObjectName(u"keep_in")

        self.keep_in_field.addWidget(self.keep_in)

        self.keep_in_help = QLabel(self.login_box)
        self.keep_in_help.setObjectName(u"keep_in_help")
        self.keep_in_help.setWordWrap(True)

        self.keep_in_field.addWidget(self.keep_in_help)


        self.login_grid.addLayout(self.keep_in_field, 0, 1, 1, 1)


        self.outer_page.addWidget(self.login_box)

        self.email_field = QVBoxLayout()
        self.email_field.setObjectName(u"email_field")
        self.email_label = QLabel(SignInForm)
        self.email_label.setObjectName(u"email_label")

        self.email_field.addWidget(self.email_label)

        self.email = QLineEdit(SignInForm)
        self.email.setObjectName(u"email")

        self.email_field.addWidget(self.email)

        self.email_help = QLabel(SignInForm)
        self.email_help.setObjectName(u"email_help")
        self.email_help.setWordWrap(True)

        self.email_field.addWidget(self.email_help)


        self.outer_page.addLayout(self.email_field)

        self.password_field = QVBoxLayout()
        self.password_field.setObjectName(u"password_field")
        self.password_label = QLabel(SignInForm)
        self.password_label.setObjectName(u"password_label")

        self.password_field.addWidget(self.password_label)

        self.password = QLineEdit(SignInForm)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.password_field.addWidget(self.password)

        self.caps_lock = QLabel(SignInForm)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.password_field.addWidget(self.caps_lock)


        self.outer_page.addLayout(self.password_field)

        self.code_field = QVBoxLayout()
        self.code_field.setObjectName(u"code_field")
        self.code_label = QLabel(SignInForm)
        self.code_label.setObjectName(u"code_label")

        self.code_field.addWidget(self.code_label)

        self.code = QLineEdit(SignInForm)
        self.code.setObjectName(u"code")

        self.code_field.addWidget(self.code)

        self.code_help = QLabel(SignInForm)
        self.code_help.setObjectName(u"code_help")
        self.code_help.setWordWrap(True)

        self.code_field.addWidget(self.code_help)


        self.outer_page.addLayout(self.code_field)

        self.message = QLabel(SignInForm)
        self.message.setObjectName(u"message")
        self.message.setWordWrap(True)

        self.outer_page.addWidget(self.message)

        self.waiting_place = QVBoxLayout()
        self.waiting_place.setObjectName(u"waiting_place")

        self.outer_page.addLayout(self.waiting_place)

        self.other_ways = QHBoxLayout()
        self.other_ways.setObjectName(u"other_ways")
        self.invited = QPushButton(SignInForm)
        self.invited.setObjectName(u"invited")

        self.other_ways.addWidget(self.invited)

        self.forgotten = QPushButton(SignInForm)
        self.forgotten.setObjectName(u"forgotten")

        self.other_ways.addWidget(self.forgotten)

        self.beside_ways = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.other_ways.addItem(self.beside_ways)


        self.outer_page.addLayout(self.other_ways)

        self.buttons = QHBoxLayout()
        self.buttons.setObjectName(u"buttons")
        self.no_code = QPushButton(SignInForm)
        self.no_code.setObjectName(u"no_code")

        self.buttons.addWidget(self.no_code)

        self.set_up = QPushButton(SignInForm)
        self.set_up.setObjectName(u"set_up")

        self.buttons.addWidget(self.set_up)

        self.between = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.between)

        self.sign_in = QPushButton(SignInForm)
        self.sign_in.setObjectName(u"sign_in")

        self.buttons.addWidget(self.sign_in)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.profile_label.setBuddy(self.profile)
        self.persona_label.setBuddy(self.persona)
        self.login_password_label.setBuddy(self.login_password)
        self.keep_in_label.setBuddy(self.keep_in)
        self.email_label.setBuddy(self.email)
        self.password_label.setBuddy(self.password)
        self.code_label.setBuddy(self.code)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.profile, self.edit_profile)
        QWidget.setTabOrder(self.edit_profile, self.new_profile)
        QWidget.setTabOrder(self.new_profile, self.persona)
        QWidget.setTabOrder(self.persona, self.login_password)
        QWidget.setTabOrder(self.login_password, self.keep_in)
        QWidget.setTabOrder(self.keep_in, self.email)
        QWidget.setTabOrder(self.email, self.password)
        QWidget.setTabOrder(self.password, self.code)
        QWidget.setTabOrder(self.code, self.invited)
        QWidget.setTabOrder(self.invited, self.forgotten)
        QWidget.setTabOrder(self.forgotten, self.no_code)
        QWidget.setTabOrder(self.no_code, self.set_up)
        QWidget.setTabOrder(self.set_up, self.sign_in)

        self.retranslateUi(SignInForm)

        self.sign_in.setDefault(True)


        QMetaObject.connectSlotsByName(SignInForm)
    # setupUi

    def retranslateUi(self, SignInForm):
        SignInForm.setWindowTitle(QCoreApplication.translate("SignInForm", u"Sign in", None))
        self.title.setText(QCoreApplication.translate("SignInForm", u"Sign in", None))
        self.title.setProperty(u"role", QCoreApplication.translate("SignInForm", u"title", None))
        self.profile_label.setText(QCoreApplication.translate("SignInForm", u"Ser&ver", None))
#if QT_CONFIG(accessibility)
        self.profile.setAccessibleName(QCoreApplication.translate("SignInForm", u"Server", None))
#endif // QT_CONFIG(accessibility)
        self.edit_profile.setText(QCoreApplication.translate("SignInForm", u"E&dit\u2026", None))
#if QT_CONFIG(accessibility)
        self.edit_profile.setAccessibleName(QCoreApplication.translate("SignInForm", u"Edit this profile", None))
#endif // QT_CONFIG(accessibility)
        self.new_profile.setText(QCoreApplication.translate("SignInForm", u"&New\u2026", None))
#if QT_CONFIG(accessibility)
        self.new_profile.setAccessibleName(QCoreApplication.translate("SignInForm", u"New profile", None))
#endif // QT_CONFIG(accessibility)
        self.profile_help.setText("")
        self.profile_help.setProperty(u"role", QCoreApplication.translate("SignInForm", u"help", None))
        self.persona_label.setText(QCoreApplication.translate("SignInForm", u"De&mo person", None))
#if QT_CONFIG(accessibility)
        self.persona.setAccessibleName(QCoreApplication.translate("SignInForm", u"Demo person", None))
#endif // QT_CONFIG(accessibility)
        self.persona_help.setText(QCoreApplication.translate("SignInForm", u"Fills in address, password and the code of this moment.", None))
        self.persona_help.setProperty(u"role", QCoreApplication.translate("SignInForm", u"help", None))
        self.login_password_label.setText(QCoreApplication.translate("SignInForm", u"Pass&word of the database login", None))
#if QT_CONFIG(accessibility)
        self.login_password.setAccessibleName(QCoreApplication.translate("SignInForm", u"Password of the database login", None))
#endif // QT_CONFIG(accessibility)
        self.login_password_help.setText(QCoreApplication.translate("SignInForm", u"From your administrator; not your own password.", None))
        self.login_password_help.setProperty(u"role", QCoreApplication.translate("SignInForm", u"help", None))
        self.keep_in_label.setText(QCoreApplication.translate("SignInForm", u"&Keep it", None))
#if QT_CONFIG(accessibility)
        self.keep_in.setAccessibleName(QCoreApplication.translate("SignInForm", u"Keep the password of the database login", None))
#endif // QT_CONFIG(accessibility)
        self.keep_in_help.setText("")
        self.keep_in_help.setProperty(u"role", QCoreApplication.translate("SignInForm", u"help", None))
        self.email_label.setText(QCoreApplication.translate("SignInForm", u"&E-mail address", None))
#if QT_CONFIG(accessibility)
        self.email.setAccessibleName(QCoreApplication.translate("SignInForm", u"E-mail address", None))
#endif // QT_CONFIG(accessibility)
        self.email_help.setText("")
        self.email_help.setProperty(u"role", QCoreApplication.translate("SignInForm", u"help", None))
        self.password_label.setText(QCoreApplication.translate("SignInForm", u"&Password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("SignInForm", u"Password", None))
#endif // QT_CONFIG(accessibility)
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("SignInForm", u"help", None))
        self.code_label.setText(QCoreApplication.translate("SignInForm", u"&Code", None))
#if QT_CONFIG(accessibility)
        self.code.setAccessibleName(QCoreApplication.translate("SignInForm", u"Code", None))
#endif // QT_CONFIG(accessibility)
        self.code_help.setText(QCoreApplication.translate("SignInForm", u"Six digits from your authenticator app, or a recovery code.", None))
        self.code_help.setProperty(u"role", QCoreApplication.translate("SignInForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("SignInForm", u"message", None))
        self.invited.setText(QCoreApplication.translate("SignInForm", u"I was &invited\u2026", None))
#if QT_CONFIG(accessibility)
        self.invited.setAccessibleName(QCoreApplication.translate("SignInForm", u"I was invited", None))
#endif // QT_CONFIG(accessibility)
        self.forgotten.setText(QCoreApplication.translate("SignInForm", u"&Forgotten password\u2026", None))
#if QT_CONFIG(accessibility)
        self.forgotten.setAccessibleName(QCoreApplication.translate("SignInForm", u"Forgotten password", None))
#endif // QT_CONFIG(accessibility)
        self.no_code.setText(QCoreApplication.translate("SignInForm", u"I have no code &yet", None))
#if QT_CONFIG(accessibility)
        self.no_code.setAccessibleName(QCoreApplication.translate("SignInForm", u"I have no code yet", None))
#endif // QT_CONFIG(accessibility)
        self.set_up.setText(QCoreApplication.translate("SignInForm", u"I have a &one-time code", None))
#if QT_CONFIG(accessibility)
        self.set_up.setAccessibleName(QCoreApplication.translate("SignInForm", u"I have a one-time code", None))
#endif // QT_CONFIG(accessibility)
        self.sign_in.setText(QCoreApplication.translate("SignInForm", u"&Sign in", None))
#if QT_CONFIG(accessibility)
        self.sign_in.setAccessibleName(QCoreApplication.translate("SignInForm", u"Sign in", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

