# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'sign_in_again.ui'
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
from PySide6.QtWidgets import (QApplication, QDialog, QHBoxLayout, QLabel,
    QLineEdit, QPushButton, QSizePolicy, QSpacerItem,
    QVBoxLayout, QWidget)

class Ui_SignInAgainForm(object):
    def setupUi(self, SignInAgainForm):
        if not SignInAgainForm.objectName():
            SignInAgainForm.setObjectName(u"SignInAgainForm")
        self.outer_page = QVBoxLayout(SignInAgainForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(SignInAgainForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(SignInAgainForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.who = QLabel(SignInAgainForm)
        self.who.setObjectName(u"who")
        self.who.setTextFormat(Qt.TextFormat.PlainText)
        self.who.setWordWrap(True)

        self.outer_page.addWidget(self.who)

        self.password_field = QVBoxLayout()
        self.password_field.setObjectName(u"password_field")
        self.password_label = QLabel(SignInAgainForm)
        self.password_label.setObjectName(u"password_label")

        self.password_field.addWidget(self.password_label)

        self.password = QLineEdit(SignInAgainForm)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.password_field.addWidget(self.password)

        self.caps_lock = QLabel(SignInAgainForm)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.password_field.addWidget(self.caps_lock)


        self.outer_page.addLayout(self.password_field)

        self.code_field = QVBoxLayout()
        self.code_field.setObjectName(u"code_field")
        self.code_label = QLabel(SignInAgainForm)
        self.code_label.setObjectName(u"code_label")

        self.code_field.addWidget(self.code_label)

        self.code = QLineEdit(SignInAgainForm)
        self.code.setObjectName(u"code")

        self.code_field.addWidget(self.code)

        self.code_help = QLabel(SignInAgainForm)
        self.code_help.setObjectName(u"code_help")
        self.code_help.setWordWrap(True)

        self.code_field.addWidget(self.code_help)


        self.outer_page.addLayout(self.code_field)

        self.message = QLabel(SignInAgainForm)
        self.message.setObjectName(u"message")
        self.message.setWordWrap(True)

        self.outer_page.addWidget(self.message)

        self.waiting_place = QVBoxLayout()
        self.waiting_place.setObjectName(u"waiting_place")

        self.outer_page.addLayout(self.waiting_place)

        self.buttons = QHBoxLayout()
        self.buttons.setObjectName(u"buttons")
        self.between = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.between)

        self.later = QPushButton(SignInAgainForm)
        self.later.setObjectName(u"later")

        self.buttons.addWidget(self.later)

        self.sign_in = QPushButton(SignInAgainForm)
        self.sign_in.setObjectName(u"sign_in")

        self.buttons.addWidget(self.sign_in)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.password_label.setBuddy(self.password)
        self.code_label.setBuddy(self.code)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.password, self.code)
        QWidget.setTabOrder(self.code, self.later)
        QWidget.setTabOrder(self.later, self.sign_in)

        self.retranslateUi(SignInAgainForm)

        self.sign_in.setDefault(True)


        QMetaObject.connectSlotsByName(SignInAgainForm)
    # setupUi

    def retranslateUi(self, SignInAgainForm):
        SignInAgainForm.setWindowTitle(QCoreApplication.translate("SignInAgainForm", u"Sign in again", None))
        self.title.setText(QCoreApplication.translate("SignInAgainForm", u"Sign in again", None))
        self.title.setProperty(u"role", QCoreApplication.translate("SignInAgainForm", u"title", None))
        self.purpose.setText("")
        self.purpose.setProperty(u"role", QCoreApplication.translate("SignInAgainForm", u"secondary", None))
        self.who.setText("")
        self.password_label.setText(QCoreApplication.translate("SignInAgainForm", u"&Password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("SignInAgainForm", u"Password", None))
#endif // QT_CONFIG(accessibility)
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("SignInAgainForm", u"help", None))
        self.code_label.setText(QCoreApplication.translate("SignInAgainForm", u"&Code", None))
#if QT_CONFIG(accessibility)
        self.code.setAccessibleName(QCoreApplication.translate("SignInAgainForm", u"Code", None))
#endif // QT_CONFIG(accessibility)
        self.code_help.setText(QCoreApplication.translate("SignInAgainForm", u"Six digits from your authenticator app, or a recovery code.", None))
        self.code_help.setProperty(u"role", QCoreApplication.translate("SignInAgainForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("SignInAgainForm", u"message", None))
        self.later.setText(QCoreApplication.translate("SignInAgainForm", u"&Not now", None))
#if QT_CONFIG(accessibility)
        self.later.setAccessibleName(QCoreApplication.translate("SignInAgainForm", u"Not now", None))
#endif // QT_CONFIG(accessibility)
        self.sign_in.setText(QCoreApplication.translate("SignInAgainForm", u"&Sign in", None))
#if QT_CONFIG(accessibility)
        self.sign_in.setAccessibleName(QCoreApplication.translate("SignInAgainForm", u"Sign in", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

