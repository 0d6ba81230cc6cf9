# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'unlock.ui'
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

class Ui_UnlockForm(object):
    def setupUi(self, UnlockForm):
        if not UnlockForm.objectName():
            UnlockForm.setObjectName(u"UnlockForm")
        self.outer_page = QVBoxLayout(UnlockForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(UnlockForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(UnlockForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.password_field = QVBoxLayout()
        self.password_field.setObjectName(u"password_field")
        self.password_label = QLabel(UnlockForm)
        self.password_label.setObjectName(u"password_label")

        self.password_field.addWidget(self.password_label)

        self.password = QLineEdit(UnlockForm)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.password_field.addWidget(self.password)

        self.caps_lock = QLabel(UnlockForm)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.password_field.addWidget(self.caps_lock)


        self.outer_page.addLayout(self.password_field)

        self.message = QLabel(UnlockForm)
        self.message.setObjectName(u"message")
        self.message.setWordWrap(True)

        self.outer_page.addWidget(self.message)

        self.waiting_place = QVBoxLayout()
        self.waiting_place.setObjectName(u"waiting_place")

        self.outer_page.addLayout(self.waiting_place)

        self.buttons = QHBoxLayout()
        self.buttons.setObjectName(u"buttons")
        self.sign_out = QPushButton(UnlockForm)
        self.sign_out.setObjectName(u"sign_out")

        self.buttons.addWidget(self.sign_out)

        self.between = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.between)

        self.unlock = QPushButton(UnlockForm)
        self.unlock.setObjectName(u"unlock")

        self.buttons.addWidget(self.unlock)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.password_label.setBuddy(self.password)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.password, self.unlock)
        QWidget.setTabOrder(self.unlock, self.sign_out)

        self.retranslateUi(UnlockForm)

        self.unlock.setDefault(True)


        QMetaObject.connectSlotsByName(UnlockForm)
    # setupUi

    def retranslateUi(self, UnlockForm):
        UnlockForm.setWindowTitle(QCoreApplication.translate("UnlockForm", u"GovDesk is locked", None))
        self.title.setText(QCoreApplication.translate("UnlockForm", u"Locked", None))
        self.title.setProperty(u"role", QCoreApplication.translate("UnlockForm", u"title", None))
        self.purpose.setText("")
        self.purpose.setProperty(u"role", QCoreApplication.translate("UnlockForm", u"secondary", None))
        self.password_label.setText(QCoreApplication.translate("UnlockForm", u"&Password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("UnlockForm", u"Password", None))
#endif // QT_CONFIG(accessibility)
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("UnlockForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("UnlockForm", u"message", None))
        self.sign_out.setText(QCoreApplication.translate("UnlockForm", u"Sign &out", None))
#if QT_CONFIG(accessibility)
        self.sign_out.setAccessibleName(QCoreApplication.translate("UnlockForm", u"Sign out", None))
#endif // QT_CONFIG(accessibility)
        self.unlock.setText(QCoreApplication.translate("UnlockForm", u"&Unlock", None))
#if QT_CONFIG(accessibility)
        self.unlock.setAccessibleName(QCoreApplication.translate("UnlockForm", u"Unlock", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

