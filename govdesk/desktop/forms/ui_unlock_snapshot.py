# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'unlock_snapshot.ui'
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

class Ui_UnlockSnapshotForm(object):
    def setupUi(self, UnlockSnapshotForm):
        if not UnlockSnapshotForm.objectName():
            UnlockSnapshotForm.setObjectName(u"UnlockSnapshotForm")
        self.outer_page = QVBoxLayout(UnlockSnapshotForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(UnlockSnapshotForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(UnlockSnapshotForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.passphrase_field = QVBoxLayout()
        self.passphrase_field.setObjectName(u"passphrase_field")
        self.passphrase_label = QLabel(UnlockSnapshotForm)
        self.passphrase_label.setObjectName(u"passphrase_label")

        self.passphrase_field.addWidget(self.passphrase_label)

        self.passphrase = QLineEdit(UnlockSnapshotForm)
        self.passphrase.setObjectName(u"passphrase")
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)

        self.passphrase_field.addWidget(self.passphrase)

        self.caps_lock = QLabel(UnlockSnapshotForm)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.passphrase_field.addWidget(self.caps_lock)


        self.outer_page.addLayout(self.passphrase_field)

        self.message = QLabel(UnlockSnapshotForm)
        self.message.setObjectName(u"message")
        self.message.setWordWrap(True)

        self.outer_page.addWidget(self.message)

        self.waiting_place = QVBoxLayout()
        self.waiting_place.setObjectName(u"waiting_place")

        self.outer_page.addLayout(self.waiting_place)

        self.buttons = QHBoxLayout()
        self.buttons.setObjectName(u"buttons")
        self.close_snapshot = QPushButton(UnlockSnapshotForm)
        self.close_snapshot.setObjectName(u"close_snapshot")

        self.buttons.addWidget(self.close_snapshot)

        self.between = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.between)

        self.unlock = QPushButton(UnlockSnapshotForm)
        self.unlock.setObjectName(u"unlock")

        self.buttons.addWidget(self.unlock)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.passphrase_label.setBuddy(self.passphrase)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.passphrase, self.unlock)
        QWidget.setTabOrder(self.unlock, self.close_snapshot)

        self.retranslateUi(UnlockSnapshotForm)

        self.unlock.setDefault(True)


        QMetaObject.connectSlotsByName(UnlockSnapshotForm)
    # setupUi

    def retranslateUi(self, UnlockSnapshotForm):
        UnlockSnapshotForm.setWindowTitle(QCoreApplication.translate("UnlockSnapshotForm", u"A snapshot is locked", None))
        self.title.setText(QCoreApplication.translate("UnlockSnapshotForm", u"Locked", None))
        self.title.setProperty(u"role", QCoreApplication.translate("UnlockSnapshotForm", u"title", None))
        self.purpose.setText("")
        self.purpose.setProperty(u"role", QCoreApplication.translate("UnlockSnapshotForm", u"secondary", None))
        self.passphrase_label.setText(QCoreApplication.translate("UnlockSnapshotForm", u"&Passphrase", None))
#if QT_CONFIG(accessibility)
        self.passphrase.setAccessibleName(QCoreApplication.translate("UnlockSnapshotForm", u"Passphrase", None))
#endif // QT_CONFIG(accessibility)
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("UnlockSnapshotForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("UnlockSnapshotForm", u"message", None))
        self.close_snapshot.setText(QCoreApplication.translate("UnlockSnapshotForm", u"&Close this snapshot", None))
#if QT_CONFIG(accessibility)
        self.close_snapshot.setAccessibleName(QCoreApplication.translate("UnlockSnapshotForm", u"Close this snapshot", None))
#endif // QT_CONFIG(accessibility)
        self.unlock.setText(QCoreApplication.translate("UnlockSnapshotForm", u"&Unlock", None))
#if QT_CONFIG(accessibility)
        self.unlock.setAccessibleName(QCoreApplication.translate("UnlockSnapshotForm", u"Unlock", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

