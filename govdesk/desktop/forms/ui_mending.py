# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'mending.ui'
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

class Ui_MendingForm(object):
    def setupUi(self, MendingForm):
        if not MendingForm.objectName():
            MendingForm.setObjectName(u"MendingForm")
        self.outer_page = QVBoxLayout(MendingForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(MendingForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(MendingForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.recovery_box = QWidget(MendingForm)
        self.recovery_box.setObjectName(u"recovery_box")
        self.recovery_box_outer = QVBoxLayout(self.recovery_box)
        self.recovery_box_outer.setObjectName(u"recovery_box_outer")
        self.recovery_box_outer.setContentsMargins(0, 0, 0, 0)
        self.recovery_code_field = QVBoxLayout()
        self.recovery_code_field.setObjectName(u"recovery_code_field")
        self.recovery_code_label = QLabel(self.recovery_box)
        self.recovery_code_label.setObjectName(u"recovery_code_label")

        self.recovery_code_field.addWidget(self.recovery_code_label)

        self.recovery_code = QLineEdit(self.recovery_box)
        self.recovery_code.setObjectName(u"recovery_code")

        self.recovery_code_field.addWidget(self.recovery_code)

        self.recovery_code_help = QLabel(self.recovery_box)
        self.recovery_code_help.setObjectName(u"recovery_code_help")
        self.recovery_code_help.setWordWrap(True)

        self.recovery_code_field.addWidget(self.recovery_code_help)


        self.recovery_box_outer.addLayout(self.recovery_code_field)


        self.outer_page.addWidget(self.recovery_box)

        self.password_field = QVBoxLayout()
        self.password_field.setObjectName(u"password_field")
        self.password_label = QLabel(MendingForm)
        self.password_label.setObjectName(u"password_label")

        self.password_field.addWidget(self.password_label)

        self.password = QLineEdit(MendingForm)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.password_field.addWidget(self.password)

        self.password_help = QLabel(MendingForm)
        self.password_help.setObjectName(u"password_help")
        self.password_help.setWordWrap(True)

        self.password_field.addWidget(self.password_help)


        self.outer_page.addLayout(self.password_field)

        self.again_box = QWidget(MendingForm)
        self.again_box.setObjectName(u"again_box")
        self.again_box_outer = QVBoxLayout(self.again_box)
        self.again_box_outer.setObjectName(u"again_box_outer")
        self.again_box_outer.setContentsMargins(0, 0, 0, 0)
        self.again_field = QVBoxLayout()
        self.again_field.setObjectName(u"again_field")
        self.again_label = QLabel(self.again_box)
        self.again_label.setObjectName(u"again_label")

        self.again_field.addWidget(self.again_label)

        self.again = QLineEdit(self.again_box)
        self.again.setObjectName(u"again")
        self.again.setEchoMode(QLineEdit.EchoMode.Password)

        self.again_field.addWidget(self.again)

        self.again_help = QLabel(self.again_box)
        self.again_help.setObjectName(u"again_help")
        self.again_help.setWordWrap(True)

        self.again_field.addWidget(self.again_help)


        self.again_box_outer.addLayout(self.again_field)


        self.outer_page.addWidget(self.again_box)

        self.caps_lock = QLabel(MendingForm)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.outer_page.addWidget(self.caps_lock)

        self.message = QLabel(MendingForm)
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

        self.back = QPushButton(MendingForm)
        self.back.setObjectName(u"back")

        self.buttons.addWidget(self.back)

        self.next = QPushButton(MendingForm)
        self.next.setObjectName(u"next")

        self.buttons.addWidget(self.next)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.recovery_code_label.setBuddy(self.recovery_code)
        self.password_label.setBuddy(self.password)
        self.again_label.setBuddy(self.again)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.recovery_code, self.password)
        QWidget.setTabOrder(self.password, self.again)
        QWidget.setTabOrder(self.again, self.back)
        QWidget.setTabOrder(self.back, self.next)

        self.retranslateUi(MendingForm)

        self.next.setDefault(True)


        QMetaObject.connectSlotsByName(MendingForm)
    # setupUi

    def retranslateUi(self, MendingForm):
        MendingForm.setWindowTitle(QCoreApplication.translate("MendingForm", u"Account", None))
        self.title.setText(QCoreApplication.translate("MendingForm", u"A new password", None))
        self.title.setProperty(u"role", QCoreApplication.translate("MendingForm", u"title", None))
        self.purpose.setText("")
        self.purpose.setProperty(u"role", QCoreApplication.translate("MendingForm", u"secondary", None))
        self.recovery_code_label.setText(QCoreApplication.translate("MendingForm", u"&Recovery code", None))
#if QT_CONFIG(accessibility)
        self.recovery_code.setAccessibleName(QCoreApplication.translate("MendingForm", u"Recovery code", None))
#endif // QT_CONFIG(accessibility)
        self.recovery_code_help.setText(QCoreApplication.translate("MendingForm", u"One of the ten codes that you kept. It works once.", None))
        self.recovery_code_help.setProperty(u"role", QCoreApplication.translate("MendingForm", u"help", None))
        self.password_label.setText(QCoreApplication.translate("MendingForm", u"&Password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("MendingForm", u"Password", None))
#endif // QT_CONFIG(accessibility)
        self.password_help.setText("")
        self.password_help.setProperty(u"role", QCoreApplication.translate("MendingForm", u"help", None))
        self.again_label.setText(QCoreApplication.translate("MendingForm", u"Password &again", None))
#if QT_CONFIG(accessibility)
        self.again.setAccessibleName(QCoreApplication.translate("MendingForm", u"Password again", None))
#endif // QT_CONFIG(accessibility)
        self.again_help.setText("")
        self.again_help.setProperty(u"role", QCoreApplication.translate("MendingForm", u"help", None))
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("MendingForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("MendingForm", u"message", None))
        self.back.setText(QCoreApplication.translate("MendingForm", u"&Back", None))
#if QT_CONFIG(accessibility)
        self.back.setAccessibleName(QCoreApplication.translate("MendingForm", u"Back", None))
#endif // QT_CONFIG(accessibility)
        self.next.setText(QCoreApplication.translate("MendingForm", u"&Next", None))
#if QT_CONFIG(accessibility)
        self.next.setAccessibleName(QCoreApplication.translate("MendingForm", u"Next", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

