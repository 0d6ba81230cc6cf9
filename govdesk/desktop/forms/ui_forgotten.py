# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'forgotten.ui'
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

class Ui_ForgottenForm(object):
    def setupUi(self, ForgottenForm):
        if not ForgottenForm.objectName():
            ForgottenForm.setObjectName(u"ForgottenForm")
        self.outer_page = QVBoxLayout(ForgottenForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(ForgottenForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(ForgottenForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.address_field = QVBoxLayout()
        self.address_field.setObjectName(u"address_field")
        self.address_label = QLabel(ForgottenForm)
        self.address_label.setObjectName(u"address_label")

        self.address_field.addWidget(self.address_label)

        self.address_row = QHBoxLayout()
        self.address_row.setObjectName(u"address_row")
        self.address = QLineEdit(ForgottenForm)
        self.address.setObjectName(u"address")

        self.address_row.addWidget(self.address)

        self.send = QPushButton(ForgottenForm)
        self.send.setObjectName(u"send")

        self.address_row.addWidget(self.send)


        self.address_field.addLayout(self.address_row)

        self.address_help = QLabel(ForgottenForm)
        self.address_help.setObjectName(u"address_help")
        self.address_help.setWordWrap(True)

        self.address_field.addWidget(self.address_help)


        self.outer_page.addLayout(self.address_field)

        self.link_field = QVBoxLayout()
        self.link_field.setObjectName(u"link_field")
        self.link_label = QLabel(ForgottenForm)
        self.link_label.setObjectName(u"link_label")

        self.link_field.addWidget(self.link_label)

        self.link = QLineEdit(ForgottenForm)
        self.link.setObjectName(u"link")

        self.link_field.addWidget(self.link)

        self.link_help = QLabel(ForgottenForm)
        self.link_help.setObjectName(u"link_help")
        self.link_help.setWordWrap(True)

        self.link_field.addWidget(self.link_help)


        self.outer_page.addLayout(self.link_field)

        self.message = QLabel(ForgottenForm)
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

        self.back = QPushButton(ForgottenForm)
        self.back.setObjectName(u"back")

        self.buttons.addWidget(self.back)

        self.next = QPushButton(ForgottenForm)
        self.next.setObjectName(u"next")

        self.buttons.addWidget(self.next)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.address_label.setBuddy(self.address)
        self.link_label.setBuddy(self.link)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.address, self.send)
        QWidget.setTabOrder(self.send, self.link)
        QWidget.setTabOrder(self.link, self.back)
        QWidget.setTabOrder(self.back, self.next)

        self.retranslateUi(ForgottenForm)

        self.next.setDefault(True)


        QMetaObject.connectSlotsByName(ForgottenForm)
    # setupUi

    def retranslateUi(self, ForgottenForm):
        ForgottenForm.setWindowTitle(QCoreApplication.translate("ForgottenForm", u"Forgotten password", None))
        self.title.setText(QCoreApplication.translate("ForgottenForm", u"Forgotten password", None))
        self.title.setProperty(u"role", QCoreApplication.translate("ForgottenForm", u"title", None))
        self.purpose.setText(QCoreApplication.translate("ForgottenForm", u"Password and authenticator app are replaced together. It takes a link that is mailed to you and one of your recovery codes. Without a recovery code two people of your organization have to decide.", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("ForgottenForm", u"secondary", None))
        self.address_label.setText(QCoreApplication.translate("ForgottenForm", u"&E-mail address", None))
#if QT_CONFIG(accessibility)
        self.address.setAccessibleName(QCoreApplication.translate("ForgottenForm", u"E-mail address", None))
#endif // QT_CONFIG(accessibility)
        self.send.setText(QCoreApplication.translate("ForgottenForm", u"&Send link", None))
#if QT_CONFIG(accessibility)
        self.send.setAccessibleName(QCoreApplication.translate("ForgottenForm", u"Send link", None))
#endif // QT_CONFIG(accessibility)
        self.address_help.setText("")
        self.address_help.setProperty(u"role", QCoreApplication.translate("ForgottenForm", u"help", None))
        self.link_label.setText(QCoreApplication.translate("ForgottenForm", u"&Link from the mail", None))
#if QT_CONFIG(accessibility)
        self.link.setAccessibleName(QCoreApplication.translate("ForgottenForm", u"Link from the mail", None))
#endif // QT_CONFIG(accessibility)
        self.link_help.setText(QCoreApplication.translate("ForgottenForm", u"Copy the whole link. Looking does not use it up.", None))
        self.link_help.setProperty(u"role", QCoreApplication.translate("ForgottenForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("ForgottenForm", u"message", None))
        self.back.setText(QCoreApplication.translate("ForgottenForm", u"&Back", None))
#if QT_CONFIG(accessibility)
        self.back.setAccessibleName(QCoreApplication.translate("ForgottenForm", u"Back", None))
#endif // QT_CONFIG(accessibility)
        self.next.setText(QCoreApplication.translate("ForgottenForm", u"&Next", None))
#if QT_CONFIG(accessibility)
        self.next.setAccessibleName(QCoreApplication.translate("ForgottenForm", u"Next", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

