# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'confirming.ui'
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

class Ui_ConfirmForm(object):
    def setupUi(self, ConfirmForm):
        if not ConfirmForm.objectName():
            ConfirmForm.setObjectName(u"ConfirmForm")
        self.outer_page = QVBoxLayout(ConfirmForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(ConfirmForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(ConfirmForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.who = QLabel(ConfirmForm)
        self.who.setObjectName(u"who")
        self.who.setTextFormat(Qt.TextFormat.PlainText)
        self.who.setWordWrap(True)

        self.outer_page.addWidget(self.who)

        self.password_field = QVBoxLayout()
        self.password_field.setObjectName(u"password_field")
        self.password_label = QLabel(ConfirmForm)
        self.password_label.setObjectName(u"password_label")

        self.password_field.addWidget(self.password_label)

        self.password = QLineEdit(ConfirmForm)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.password_field.addWidget(self.password)

        self.caps_lock = QLabel(ConfirmForm)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.password_field.addWidget(self.caps_lock)


        self.outer_page.addLayout(self.password_field)

        self.code_field = QVBoxLayout()
        self.code_field.setObjectName(u"code_field")
        self.code_label = QLabel(ConfirmForm)
        self.code_label.setObjectName(u"code_label")

        self.code_field.addWidget(self.code_label)

        self.code = QLineEdit(ConfirmForm)
        self.code.setObjectName(u"code")

        self.code_field.addWidget(self.code)

        self.code_help = QLabel(ConfirmForm)
        self.code_help.setObjectName(u"code_help")
        self.code_help.setWordWrap(True)

        self.code_field.addWidget(self.code_help)


        self.outer_page.addLayout(self.code_field)

        self.message = QLabel(ConfirmForm)
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

        self.cancel = QPushButton(ConfirmForm)
        self.cancel.setObjectName(u"cancel")

        self.buttons.addWidget(self.cancel)

        self.confirm = QPushButton(ConfirmForm)
        self.confirm.setObjectName(u"confirm")

        self.buttons.addWidget(self.confirm)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.password_label.setBuddy(self.password)
        self.code_label.setBuddy(self.code)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.password, self.code)
        QWidget.setTabOrder(self.code, self.cancel)
        QWidget.setTabOrder(self.cancel, self.confirm)

        self.retranslateUi(ConfirmForm)

        self.confirm.setDefault(True)


        QMetaObject.connectSlotsByName(ConfirmForm)
    # setupUi

    def retranslateUi(self, ConfirmForm):
        ConfirmForm.setWindowTitle(QCoreApplication.translate("ConfirmForm", u"Confirm it is you", None))
        self.title.setText(QCoreApplication.translate("ConfirmForm", u"Confirm it is you", None))
        self.title.setProperty(u"role", QCoreApplication.translate("ConfirmForm", u"title", None))
        self.purpose.setText("")
        self.purpose.setProperty(u"role", QCoreApplication.translate("ConfirmForm", u"secondary", None))
        self.who.setText("")
        self.password_label.setText(QCoreApplication.translate("ConfirmForm", u"&Password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("ConfirmForm", u"Password", None))
#endif // QT_CONFIG(accessibility)
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("ConfirmForm", u"help", None))
        self.code_label.setText(QCoreApplication.translate("ConfirmForm", u"&Code", None))
#if QT_CONFIG(accessibility)
        self.code.setAccessibleName(QCoreApplication.translate("ConfirmForm", u"Code", None))
#endif // QT_CONFIG(accessibility)
        self.code_help.setText(QCoreApplication.translate("ConfirmForm", u"Six digits from your authenticator app, or a recovery code. A code works once.", None))
        self.code_help.setProperty(u"role", QCoreApplication.translate("ConfirmForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("ConfirmForm", u"message", None))
        self.cancel.setText(QCoreApplication.translate("ConfirmForm", u"Cancel", None))
#if QT_CONFIG(accessibility)
        self.cancel.setAccessibleName(QCoreApplication.translate("ConfirmForm", u"Cancel", None))
#endif // QT_CONFIG(accessibility)
        self.confirm.setText(QCoreApplication.translate("ConfirmForm", u"C&onfirm", None))
#if QT_CONFIG(accessibility)
        self.confirm.setAccessibleName(QCoreApplication.translate("ConfirmForm", u"Confirm", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

