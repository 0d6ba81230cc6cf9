# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'replace_factor.ui'
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

class Ui_ReplaceFactorForm(object):
    def setupUi(self, ReplaceFactorForm):
        if not ReplaceFactorForm.objectName():
            ReplaceFactorForm.setObjectName(u"ReplaceFactorForm")
        self.outer_page = QVBoxLayout(ReplaceFactorForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(ReplaceFactorForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(ReplaceFactorForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.password_field = QVBoxLayout()
        self.password_field.setObjectName(u"password_field")
        self.password_label = QLabel(ReplaceFactorForm)
        self.password_label.setObjectName(u"password_label")

        self.password_field.addWidget(self.password_label)

        self.password = QLineEdit(ReplaceFactorForm)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.password_field.addWidget(self.password)

        self.password_help = QLabel(ReplaceFactorForm)
        self.password_help.setObjectName(u"password_help")
        self.password_help.setWordWrap(True)

        self.password_field.addWidget(self.password_help)


        self.outer_page.addLayout(self.password_field)

        self.caps_lock = QLabel(ReplaceFactorForm)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.outer_page.addWidget(self.caps_lock)

        self.code_box = QWidget(ReplaceFactorForm)
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

        self.message = QLabel(ReplaceFactorForm)
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

        self.cancel = QPushButton(ReplaceFactorForm)
        self.cancel.setObjectName(u"cancel")

        self.buttons.addWidget(self.cancel)

        self.next = QPushButton(ReplaceFactorForm)
        self.next.setObjectName(u"next")

        self.buttons.addWidget(self.next)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.password_label.setBuddy(self.password)
        self.code_label.setBuddy(self.code)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.password, self.code)
        QWidget.setTabOrder(self.code, self.cancel)
        QWidget.setTabOrder(self.cancel, self.next)

        self.retranslateUi(ReplaceFactorForm)

        self.next.setDefault(True)


        QMetaObject.connectSlotsByName(ReplaceFactorForm)
    # setupUi

    def retranslateUi(self, ReplaceFactorForm):
        ReplaceFactorForm.setWindowTitle(QCoreApplication.translate("ReplaceFactorForm", u"Replace the authenticator app", None))
        self.title.setText(QCoreApplication.translate("ReplaceFactorForm", u"Replace the authenticator app", None))
        self.title.setProperty(u"role", QCoreApplication.translate("ReplaceFactorForm", u"title", None))
        self.purpose.setText(QCoreApplication.translate("ReplaceFactorForm", u"The next page shows a new key for an app. Once it is proven, the old app and the old recovery codes are good for nothing, and you get ten new codes.", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("ReplaceFactorForm", u"secondary", None))
        self.password_label.setText(QCoreApplication.translate("ReplaceFactorForm", u"&Password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("ReplaceFactorForm", u"Password", None))
#endif // QT_CONFIG(accessibility)
        self.password_help.setText("")
        self.password_help.setProperty(u"role", QCoreApplication.translate("ReplaceFactorForm", u"help", None))
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("ReplaceFactorForm", u"help", None))
        self.code_label.setText(QCoreApplication.translate("ReplaceFactorForm", u"&Code", None))
#if QT_CONFIG(accessibility)
        self.code.setAccessibleName(QCoreApplication.translate("ReplaceFactorForm", u"Code", None))
#endif // QT_CONFIG(accessibility)
        self.code_help.setText(QCoreApplication.translate("ReplaceFactorForm", u"Six digits from the app you have now, or a recovery code. A code works once.", None))
        self.code_help.setProperty(u"role", QCoreApplication.translate("ReplaceFactorForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("ReplaceFactorForm", u"message", None))
        self.cancel.setText(QCoreApplication.translate("ReplaceFactorForm", u"Cancel", None))
#if QT_CONFIG(accessibility)
        self.cancel.setAccessibleName(QCoreApplication.translate("ReplaceFactorForm", u"Cancel", None))
#endif // QT_CONFIG(accessibility)
        self.next.setText(QCoreApplication.translate("ReplaceFactorForm", u"&Next", None))
#if QT_CONFIG(accessibility)
        self.next.setAccessibleName(QCoreApplication.translate("ReplaceFactorForm", u"Next", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

