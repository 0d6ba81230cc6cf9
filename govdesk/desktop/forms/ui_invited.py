# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'invited.ui'
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

class Ui_InvitedForm(object):
    def setupUi(self, InvitedForm):
        if not InvitedForm.objectName():
            InvitedForm.setObjectName(u"InvitedForm")
        self.outer_page = QVBoxLayout(InvitedForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(InvitedForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(InvitedForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.link_field = QVBoxLayout()
        self.link_field.setObjectName(u"link_field")
        self.link_label = QLabel(InvitedForm)
        self.link_label.setObjectName(u"link_label")

        self.link_field.addWidget(self.link_label)

        self.link_row = QHBoxLayout()
        self.link_row.setObjectName(u"link_row")
        self.link = QLineEdit(InvitedForm)
        self.link.setObjectName(u"link")

        self.link_row.addWidget(self.link)

        self.look = QPushButton(InvitedForm)
        self.look.setObjectName(u"look")

        self.link_row.addWidget(self.look)


        self.link_field.addLayout(self.link_row)

        self.link_help = QLabel(InvitedForm)
        self.link_help.setObjectName(u"link_help")
        self.link_help.setWordWrap(True)

        self.link_field.addWidget(self.link_help)


        self.outer_page.addLayout(self.link_field)

        self.offer_box = QWidget(InvitedForm)
        self.offer_box.setObjectName(u"offer_box")
        self.offer_box_outer = QVBoxLayout(self.offer_box)
        self.offer_box_outer.setObjectName(u"offer_box_outer")
        self.offer_box_outer.setContentsMargins(0, 0, 0, 0)
        self.offer = QLabel(self.offer_box)
        self.offer.setObjectName(u"offer")
        self.offer.setWordWrap(True)

        self.offer_box_outer.addWidget(self.offer)

        self.offer_facts = QLabel(self.offer_box)
        self.offer_facts.setObjectName(u"offer_facts")
        self.offer_facts.setWordWrap(True)

        self.offer_box_outer.addWidget(self.offer_facts)

        self.offer_message = QLabel(self.offer_box)
        self.offer_message.setObjectName(u"offer_message")
        self.offer_message.setWordWrap(True)

        self.offer_box_outer.addWidget(self.offer_message)

        self.offer_account = QLabel(self.offer_box)
        self.offer_account.setObjectName(u"offer_account")
        self.offer_account.setWordWrap(True)

        self.offer_box_outer.addWidget(self.offer_account)


        self.outer_page.addWidget(self.offer_box)

        self.new_box = QWidget(InvitedForm)
        self.new_box.setObjectName(u"new_box")
        self.new_box_outer = QVBoxLayout(self.new_box)
        self.new_box_outer.setObjectName(u"new_box_outer")
        self.new_box_outer.setContentsMargins(0, 0, 0, 0)
        self.display_name_field = QVBoxLayout()
        self.display_name_field.setObjectName(u"display_name_field")
        self.display_name_label = QLabel(self.new_box)
        self.display_name_label.setObjectName(u"display_name_label")

        self.display_name_field.addWidget(self.display_name_label)

        self.display_name = QLineEdit(self.new_box)
        self.display_name.setObjectName(u"display_name")

        self.display_name_field.addWidget(self.display_name)

        self.display_name_help = QLabel(self.new_box)
        self.display_name_help.setObjectName(u"display_name_help")
        self.display_name_help.setWordWrap(True)

        self.display_name_field.addWidget(self.display_name_help)


        self.new_box_outer.addLayout(self.display_name_field)

        self.password_field = QVBoxLayout()
        self.password_field.setObjectName(u"password_field")
        self.password_label = QLabel(self.new_box)
        self.password_label.setObjectName(u"password_label")

        self.password_field.addWidget(self.password_label)

        self.password = QLineEdit(self.new_box)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.password_field.addWidget(self.password)

        self.password_help = QLabel(self.new_box)
        self.password_help.setObjectName(u"password_help")
        self.password_help.setWordWrap(True)

        self.password_field.addWidget(self.password_help)


        self.new_box_outer.addLayout(self.password_field)

        self.again_field = QVBoxLayout()
        self.again_field.setObjectName(u"again_field")
        self.again_label = QLabel(self.new_box)
        self.again_label.setObjectName(u"again_label")

        self.again_field.addWidget(self.again_label)

        self.again = QLineEdit(self.new_box)
        self.again.setObjectName(u"again")
        self.again.setEchoMode(QLineEdit.EchoMode.Password)

        self.again_field.addWidget(self.again)

        self.again_help = QLabel(self.new_box)
        self.again_help.setObjectName(u"again_help")
        self.again_help.setWordWrap(True)

        self.again_field.addWidget(self.again_help)


        self.new_box_outer.addLayout(self.again_field)

        self.caps_lock = QLabel(self.new_box)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.new_box_outer.addWidget(self.caps_lock)


        self.outer_page.addWidget(self.new_box)

        self.message = QLabel(InvitedForm)
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

        self.back = QPushButton(InvitedForm)
        self.back.setObjectName(u"back")

        self.buttons.addWidget(self.back)

        self.next = QPushButton(InvitedForm)
        self.next.setObjectName(u"next")

        self.buttons.addWidget(self.next)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.link_label.setBuddy(self.link)
        self.display_name_label.setBuddy(self.display_name)
        self.password_label.setBuddy(self.password)
        self.again_label.setBuddy(self.again)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.link, self.look)
        QWidget.setTabOrder(self.look, self.display_name)
        QWidget.setTabOrder(self.display_name, self.password)
        QWidget.setTabOrder(self.password, self.again)
        QWidget.setTabOrder(self.again, self.back)
        QWidget.setTabOrder(self.back, self.next)

        self.retranslateUi(InvitedForm)

        self.next.setDefault(True)


        QMetaObject.connectSlotsByName(InvitedForm)
    # setupUi

    def retranslateUi(self, InvitedForm):
        InvitedForm.setWindowTitle(QCoreApplication.translate("InvitedForm", u"Invitation", None))
        self.title.setText(QCoreApplication.translate("InvitedForm", u"You were invited", None))
        self.title.setProperty(u"role", QCoreApplication.translate("InvitedForm", u"title", None))
        self.purpose.setText(QCoreApplication.translate("InvitedForm", u"Paste the link from the invitation. Looking does not use it up.", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("InvitedForm", u"secondary", None))
        self.link_label.setText(QCoreApplication.translate("InvitedForm", u"&Link", None))
#if QT_CONFIG(accessibility)
        self.link.setAccessibleName(QCoreApplication.translate("InvitedForm", u"Link", None))
#endif // QT_CONFIG(accessibility)
        self.look.setText(QCoreApplication.translate("InvitedForm", u"L&ook", None))
#if QT_CONFIG(accessibility)
        self.look.setAccessibleName(QCoreApplication.translate("InvitedForm", u"Look", None))
#endif // QT_CONFIG(accessibility)
        self.link_help.setText(QCoreApplication.translate("InvitedForm", u"Copy the whole link from the mail.", None))
        self.link_help.setProperty(u"role", QCoreApplication.translate("InvitedForm", u"help", None))
        self.offer.setText("")
        self.offer.setProperty(u"role", QCoreApplication.translate("InvitedForm", u"section", None))
        self.offer_facts.setText("")
        self.offer_message.setText("")
        self.offer_account.setText("")
        self.offer_account.setProperty(u"role", QCoreApplication.translate("InvitedForm", u"secondary", None))
        self.display_name_label.setText(QCoreApplication.translate("InvitedForm", u"Your &name", None))
#if QT_CONFIG(accessibility)
        self.display_name.setAccessibleName(QCoreApplication.translate("InvitedForm", u"Your name", None))
#endif // QT_CONFIG(accessibility)
        self.display_name_help.setText(QCoreApplication.translate("InvitedForm", u"As others here will see it.", None))
        self.display_name_help.setProperty(u"role", QCoreApplication.translate("InvitedForm", u"help", None))
        self.password_label.setText(QCoreApplication.translate("InvitedForm", u"&Password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("InvitedForm", u"Password", None))
#endif // QT_CONFIG(accessibility)
        self.password_help.setText("")
        self.password_help.setProperty(u"role", QCoreApplication.translate("InvitedForm", u"help", None))
        self.again_label.setText(QCoreApplication.translate("InvitedForm", u"Password &again", None))
#if QT_CONFIG(accessibility)
        self.again.setAccessibleName(QCoreApplication.translate("InvitedForm", u"Password again", None))
#endif // QT_CONFIG(accessibility)
        self.again_help.setText("")
        self.again_help.setProperty(u"role", QCoreApplication.translate("InvitedForm", u"help", None))
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("InvitedForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("InvitedForm", u"message", None))
        self.back.setText(QCoreApplication.translate("InvitedForm", u"&Back", None))
#if QT_CONFIG(accessibility)
        self.back.setAccessibleName(QCoreApplication.translate("InvitedForm", u"Back", None))
#endif // QT_CONFIG(accessibility)
        self.next.setText(QCoreApplication.translate("InvitedForm", u"&Next", None))
#if QT_CONFIG(accessibility)
        self.next.setAccessibleName(QCoreApplication.translate("InvitedForm", u"Next", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

