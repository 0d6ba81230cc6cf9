# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'enter_tenant.ui'
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
    QPlainTextEdit, QPushButton, QSizePolicy, QSpacerItem,
    QSpinBox, QVBoxLayout, QWidget)

class Ui_EnterTenantForm(object):
    def setupUi(self, EnterTenantForm):
        if not EnterTenantForm.objectName():
            EnterTenantForm.setObjectName(u"EnterTenantForm")
        self.outer_page = QVBoxLayout(EnterTenantForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(EnterTenantForm)
        self.title.setObjectName(u"title")
        self.title.setWordWrap(True)

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(EnterTenantForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.reason_field = QVBoxLayout()
        self.reason_field.setObjectName(u"reason_field")
        self.reason_label = QLabel(EnterTenantForm)
        self.reason_label.setObjectName(u"reason_label")

        self.reason_field.addWidget(self.reason_label)

        self.reason = QPlainTextEdit(EnterTenantForm)
        self.reason.setObjectName(u"reason")
        self.reason.setTabChangesFocus(True)

        self.reason_field.addWidget(self.reason)

        self.reason_help = QLabel(EnterTenantForm)
        self.reason_help.setObjectName(u"reason_help")
        self.reason_help.setWordWrap(True)

        self.reason_field.addWidget(self.reason_help)


        self.outer_page.addLayout(self.reason_field)

        self.minutes_field = QVBoxLayout()
        self.minutes_field.setObjectName(u"minutes_field")
        self.minutes_label = QLabel(EnterTenantForm)
        self.minutes_label.setObjectName(u"minutes_label")

        self.minutes_field.addWidget(self.minutes_label)

        self.minutes = QSpinBox(EnterTenantForm)
        self.minutes.setObjectName(u"minutes")

        self.minutes_field.addWidget(self.minutes)

        self.minutes_help = QLabel(EnterTenantForm)
        self.minutes_help.setObjectName(u"minutes_help")
        self.minutes_help.setWordWrap(True)

        self.minutes_field.addWidget(self.minutes_help)


        self.outer_page.addLayout(self.minutes_field)

        self.recorded = QLabel(EnterTenantForm)
        self.recorded.setObjectName(u"recorded")
        self.recorded.setWordWrap(True)

        self.outer_page.addWidget(self.recorded)

        self.message = QLabel(EnterTenantForm)
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

        self.cancel = QPushButton(EnterTenantForm)
        self.cancel.setObjectName(u"cancel")

        self.buttons.addWidget(self.cancel)

        self.enter = QPushButton(EnterTenantForm)
        self.enter.setObjectName(u"enter")

        self.buttons.addWidget(self.enter)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.reason_label.setBuddy(self.reason)
        self.minutes_label.setBuddy(self.minutes)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.reason, self.minutes)
        QWidget.setTabOrder(self.minutes, self.cancel)
        QWidget.setTabOrder(self.cancel, self.enter)

        self.retranslateUi(EnterTenantForm)

        self.enter.setDefault(True)


        QMetaObject.connectSlotsByName(EnterTenantForm)
    # setupUi

    def retranslateUi(self, EnterTenantForm):
        EnterTenantForm.setWindowTitle(QCoreApplication.translate("EnterTenantForm", u"Enter an organization", None))
        self.title.setText("")
        self.title.setProperty(u"role", QCoreApplication.translate("EnterTenantForm", u"title", None))
        self.purpose.setText("")
        self.purpose.setProperty(u"role", QCoreApplication.translate("EnterTenantForm", u"secondary", None))
        self.reason_label.setText(QCoreApplication.translate("EnterTenantForm", u"&Reason", None))
#if QT_CONFIG(accessibility)
        self.reason.setAccessibleName(QCoreApplication.translate("EnterTenantForm", u"Reason", None))
#endif // QT_CONFIG(accessibility)
        self.reason_help.setText(QCoreApplication.translate("EnterTenantForm", u"They read it: it stands in their log and above their window.", None))
        self.reason_help.setProperty(u"role", QCoreApplication.translate("EnterTenantForm", u"help", None))
        self.minutes_label.setText(QCoreApplication.translate("EnterTenantForm", u"&Minutes", None))
#if QT_CONFIG(accessibility)
        self.minutes.setAccessibleName(QCoreApplication.translate("EnterTenantForm", u"Minutes", None))
#endif // QT_CONFIG(accessibility)
        self.minutes_help.setText("")
        self.minutes_help.setProperty(u"role", QCoreApplication.translate("EnterTenantForm", u"help", None))
        self.recorded.setText("")
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("EnterTenantForm", u"message", None))
        self.cancel.setText(QCoreApplication.translate("EnterTenantForm", u"Cancel", None))
#if QT_CONFIG(accessibility)
        self.cancel.setAccessibleName(QCoreApplication.translate("EnterTenantForm", u"Cancel", None))
#endif // QT_CONFIG(accessibility)
        self.enter.setText(QCoreApplication.translate("EnterTenantForm", u"&Enter", None))
#if QT_CONFIG(accessibility)
        self.enter.setAccessibleName(QCoreApplication.translate("EnterTenantForm", u"Enter", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

