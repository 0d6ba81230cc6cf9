# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'set_up.ui'
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
from PySide6.QtWidgets import (QApplication, QHBoxLayout, QLabel, QLineEdit,
    QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout,
    QWidget)

class Ui_SetUpForm(object):
    def setupUi(self, SetUpForm):
        if not SetUpForm.objectName():
            SetUpForm.setObjectName(u"SetUpForm")
        self.outer_page = QVBoxLayout(SetUpForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(SetUpForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(SetUpForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.one_time_code_field = QVBoxLayout()
        self.one_time_code_field.setObjectName(u"one_time_code_field")
        self.one_time_code_label = QLabel(SetUpForm)
        self.one_time_code_label.setObjectName(u"one_time_code_label")

        self.one_time_code_field.addWidget(self.one_time_code_label)

        self.one_time_code = QLineEdit(SetUpForm)
        self.one_time_code.setObjectName(u"one_time_code")

        self.one_time_code_field.addWidget(self.one_time_code)

        self.one_time_code_help = QLabel(SetUpForm)
        self.one_time_code_help.setObjectName(u"one_time_code_help")
        self.one_time_code_help.setWordWrap(True)

        self.one_time_code_field.addWidget(self.one_time_code_help)


        self.outer_page.addLayout(self.one_time_code_field)

        self.password_field = QVBoxLayout()
        self.password_field.setObjectName(u"password_field")
        self.password_label = QLabel(SetUpForm)
        self.password_label.setObjectName(u"password_label")

        self.password_field.addWidget(self.password_label)

        self.password = QLineEdit(SetUpForm)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.password_field.addWidget(self.password)

        self.password_help = QLabel(SetUpForm)
        self.password_help.setObjectName(u"password_help")
        self.password_help.setWordWrap(True)

        self.password_field.addWidget(self.password_help)


        self.outer_page.addLayout(self.password_field)

        self.again_field = QVBoxLayout()
        self.again_field.setObjectName(u"again_field")
        self.again_label = QLabel(SetUpForm)
        self.again_label.setObjectName(u"again_label")

        self.again_field.addWidget(self.again_label)

        self.again = QLineEdit(SetUpForm)
        self.again.setObjectName(u"again")
        self.again.setEchoMode(QLineEdit.EchoMode.Password)

        self.again_field.addWidget(self.again)

        self.again_help = QLabel(SetUpForm)
        self.again_help.setObjectName(u"again_help")
        self.again_help.setWordWrap(True)

        self.again_field.addWidget(self.again_help)


        self.outer_page.addLayout(self.again_field)

        self.caps_lock = QLabel(SetUpForm)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.outer_page.addWidget(self.caps_lock)

        self.message = QLabel(SetUpForm)
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

        self.back = QPushButton(SetUpForm)
        self.back.setObjectName(u"back")

        self.buttons.addWidget(self.back)

        self.next = QPushButton(SetUpForm)
        self.next.setObjectName(u"next")

        self.buttons.addWidget(self.next)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.one_time_code_label.setBuddy(self.one_time_code)
        self.password_label.setBuddy(self.password)
        self.again_label.setBuddy(self.again)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.one_time_code, self.password)
        QWidget.setTabOrder(self.password, self.again)
        QWidget.setTabOrder(self.again, self.back)
        QWidget.setTabOrder(self.back, self.next)

        self.retranslateUi(SetUpForm)

        self.next.setDefault(True)


        QMetaObject.connectSlotsByName(SetUpForm)
    # setupUi

    def retranslateUi(self, SetUpForm):
        SetUpForm.setWindowTitle(QCoreApplication.translate("SetUpForm", u"First password", None))
        self.title.setText(QCoreApplication.translate("SetUpForm", u"Your first password", None))
        self.title.setProperty(u"role", QCoreApplication.translate("SetUpForm", u"title", None))
        self.purpose.setText(QCoreApplication.translate("SetUpForm", u"With the one-time code from your administrator you choose your own password. A second factor follows on the next page.", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("SetUpForm", u"secondary", None))
        self.one_time_code_label.setText(QCoreApplication.translate("SetUpForm", u"One-time &code", None))
#if QT_CONFIG(accessibility)
        self.one_time_code.setAccessibleName(QCoreApplication.translate("SetUpForm", u"One-time code", None))
#endif // QT_CONFIG(accessibility)
        self.one_time_code_help.setText(QCoreApplication.translate("SetUpForm", u"It works once.", None))
        self.one_time_code_help.setProperty(u"role", QCoreApplication.translate("SetUpForm", u"help", None))
        self.password_label.setText(QCoreApplication.translate("SetUpForm", u"&Password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("SetUpForm", u"Password", None))
#endif // QT_CONFIG(accessibility)
        self.password_help.setText("")
        self.password_help.setProperty(u"role", QCoreApplication.translate("SetUpForm", u"help", None))
        self.again_label.setText(QCoreApplication.translate("SetUpForm", u"Password &again", None))
#if QT_CONFIG(accessibility)
        self.again.setAccessibleName(QCoreApplication.translate("SetUpForm", u"Password again", None))
#endif // QT_CONFIG(accessibility)
        self.again_help.setText("")
        self.again_help.setProperty(u"role", QCoreApplication.translate("SetUpForm", u"help", None))
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("SetUpForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("SetUpForm", u"message", None))
        self.back.setText(QCoreApplication.translate("SetUpForm", u"&Back", None))
#if QT_CONFIG(accessibility)
        self.back.setAccessibleName(QCoreApplication.translate("SetUpForm", u"Back", None))
#endif // QT_CONFIG(accessibility)
        self.next.setText(QCoreApplication.translate("SetUpForm", u"&Next", None))
#if QT_CONFIG(accessibility)
        self.next.setAccessibleName(QCoreApplication.translate("SetUpForm", u"Next", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

