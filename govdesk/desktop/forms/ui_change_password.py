# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'change_password.ui'
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

class Ui_ChangePasswordForm(object):
    def setupUi(self, ChangePasswordForm):
        if not ChangePasswordForm.objectName():
            ChangePasswordForm.setObjectName(u"ChangePasswordForm")
        self.outer_page = QVBoxLayout(ChangePasswordForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(ChangePasswordForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(ChangePasswordForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.who = QLabel(ChangePasswordForm)
        self.who.setObjectName(u"who")
        self.who.setWordWrap(True)

        self.outer_page.addWidget(self.who)

        self.old_field = QVBoxLayout()
        self.old_field.setObjectName(u"old_field")
        self.old_label = QLabel(ChangePasswordForm)
        self.old_label.setObjectName(u"old_label")

        self.old_field.addWidget(self.old_label)

        self.old = QLineEdit(ChangePasswordForm)
        self.old.setObjectName(u"old")
        self.old.setEchoMode(QLineEdit.EchoMode.Password)

        self.old_field.addWidget(self.old)

        self.old_help = QLabel(ChangePasswordForm)
        self.old_help.setObjectName(u"old_help")
        self.old_help.setWordWrap(True)

        self.old_field.addWidget(self.old_help)


        self.outer_page.addLayout(self.old_field)

        self.password_field = QVBoxLayout()
        self.password_field.setObjectName(u"password_field")
        self.password_label = QLabel(ChangePasswordForm)
        self.password_label.setObjectName(u"password_label")

        self.password_field.addWidget(self.password_label)

        self.password = QLineEdit(ChangePasswordForm)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.password_field.addWidget(self.password)

        self.password_help = QLabel(ChangePasswordForm)
        self.password_help.setObjectName(u"password_help")
        self.password_help.setWordWrap(True)

        self.password_field.addWidget(self.password_help)


        self.outer_page.addLayout(self.password_field)

        self.again_field = QVBoxLayout()
        self.again_field.setObjectName(u"again_field")
        self.again_label = QLabel(ChangePasswordForm)
        self.again_label.setObjectName(u"again_label")

        self.again_field.addWidget(self.again_label)

        self.again = QLineEdit(ChangePasswordForm)
        self.again.setObjectName(u"again")
        self.again.setEchoMode(QLineEdit.EchoMode.Password)

        self.again_field.addWidget(self.again)

        self.again_help = QLabel(ChangePasswordForm)
        self.again_help.setObjectName(u"again_help")
        self.again_help.setWordWrap(True)

        self.again_field.addWidget(self.again_help)


        self.outer_page.addLayout(self.again_field)

        self.caps_lock = QLabel(ChangePasswordForm)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.outer_page.addWidget(self.caps_lock)

        self.code_box = QWidget(ChangePasswordForm)
        self.code_box.setObjectName(u"code_box")
        self.code_box_outer = QVBoxLayout(self.code_box)
        self.code_box_outer.setObjectName(u"code_box_outer")
        self.code_box_outer.setContentsMargins(0, 0, 0, 0)
        self.code_field = QVBoxLayout()
        self.code_field.setObjectName(u"code_field")
        self.code_label = QLabel(self.code_box)
        self.code_label.setObjectName(u"code_label")

        self.code_field.addWidget(self.code_label)

        self.code = QLineEdit(self.code_box)
        self.code.setObjectName(u"code")

        self.code_field.addWidget(self.code)

        self.code_help = QLabel(self.code_box)
        self.code_help.setObjectName(u"code_help")
        self.code_help.setWordWrap(True)

        self.code_field.addWidget(self.code_help)


        self.code_box_outer.addLayout(self.code_field)


        self.outer_page.addWidget(self.code_box)

        self.message = QLabel(ChangePasswordForm)
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

        self.cancel = QPushButton(ChangePasswordForm)
        self.cancel.setObjectName(u"cancel")

        self.buttons.addWidget(self.cancel)

        self.change = QPushButton(ChangePasswordForm)
        self.change.setObjectName(u"change")

        self.buttons.addWidget(self.change)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.old_label.setBuddy(self.old)
        self.password_label.setBuddy(self.password)
        self.again_label.setBuddy(self.again)
        self.code_label.setBuddy(self.code)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.old, self.password)
        QWidget.setTabOrder(self.password, self.again)
        QWidget.setTabOrder(self.again, self.code)
        QWidget.setTabOrder(self.code, self.cancel)
        QWidget.setTabOrder(self.cancel, self.change)

        self.retranslateUi(ChangePasswordForm)

        self.change.setDefault(True)


        QMetaObject.connectSlotsByName(ChangePasswordForm)
    # setupUi

    def retranslateUi(self, ChangePasswordForm):
        ChangePasswordForm.setWindowTitle(QCoreApplication.translate("ChangePasswordForm", u"Change password", None))
        self.title.setText(QCoreApplication.translate("ChangePasswordForm", u"Change password", None))
        self.title.setProperty(u"role", QCoreApplication.translate("ChangePasswordForm", u"title", None))
        self.purpose.setText(QCoreApplication.translate("ChangePasswordForm", u"All your other sessions end at once, here and on other computers. This one goes on.", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("ChangePasswordForm", u"secondary", None))
        self.who.setText("")
        self.old_label.setText(QCoreApplication.translate("ChangePasswordForm", u"&Present password", None))
#if QT_CONFIG(accessibility)
        self.old.setAccessibleName(QCoreApplication.translate("ChangePasswordForm", u"Present password", None))
#endif // QT_CONFIG(accessibility)
        self.old_help.setText("")
        self.old_help.setProperty(u"role", QCoreApplication.translate("ChangePasswordForm", u"help", None))
        self.password_label.setText(QCoreApplication.translate("ChangePasswordForm", u"&New password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("ChangePasswordForm", u"New password", None))
#endif // QT_CONFIG(accessibility)
        self.password_help.setText("")
        self.password_help.setProperty(u"role", QCoreApplication.translate("ChangePasswordForm", u"help", None))
        self.again_label.setText(QCoreApplication.translate("ChangePasswordForm", u"New password &again", None))
#if QT_CONFIG(accessibility)
        self.again.setAccessibleName(QCoreApplication.translate("ChangePasswordForm", u"New password again", None))
#endif // QT_CONFIG(accessibility)
        self.again_help.setText("")
        self.again_help.setProperty(u"role", QCoreApplication.translate("ChangePasswordForm", u"help", None))
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("ChangePasswordForm", u"help", None))
        self.code_label.setText(QCoreApplication.translate("ChangePasswordForm", u"&Code", None))
#if QT_CONFIG(accessibility)
        self.code.setAccessibleName(QCoreApplication.translate("ChangePasswordForm", u"Code", None))
#endif // QT_CONFIG(accessibility)
        self.code_help.setText(QCoreApplication.translate("ChangePasswordForm", u"Six digits from your authenticator app, or a recovery code. A code works once.", None))
        self.code_help.setProperty(u"role", QCoreApplication.translate("ChangePasswordForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("ChangePasswordForm", u"message", None))
        self.cancel.setText(QCoreApplication.translate("ChangePasswordForm", u"Cancel", None))
#if QT_CONFIG(accessibility)
        self.cancel.setAccessibleName(QCoreApplication.translate("ChangePasswordForm", u"Cancel", None))
#endif // QT_CONFIG(accessibility)
        self.change.setText(QCoreApplication.translate("ChangePasswordForm", u"C&hange password", None))
#if QT_CONFIG(accessibility)
        self.change.setAccessibleName(QCoreApplication.translate("ChangePasswordForm", u"Change password", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

