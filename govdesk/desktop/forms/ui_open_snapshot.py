# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'open_snapshot.ui'
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
from PySide6.QtWidgets import (QApplication, QCheckBox, QDialog, QHBoxLayout,
    QLabel, QLineEdit, QPushButton, QSizePolicy,
    QSpacerItem, QVBoxLayout, QWidget)

class Ui_OpenSnapshotForm(object):
    def setupUi(self, OpenSnapshotForm):
        if not OpenSnapshotForm.objectName():
            OpenSnapshotForm.setObjectName(u"OpenSnapshotForm")
        self.outer_page = QVBoxLayout(OpenSnapshotForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(OpenSnapshotForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.file = QLabel(OpenSnapshotForm)
        self.file.setObjectName(u"file")
        self.file.setWordWrap(True)

        self.outer_page.addWidget(self.file)

        self.purpose = QLabel(OpenSnapshotForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.passphrase_field = QVBoxLayout()
        self.passphrase_field.setObjectName(u"passphrase_field")
        self.passphrase_label = QLabel(OpenSnapshotForm)
        self.passphrase_label.setObjectName(u"passphrase_label")

        self.passphrase_field.addWidget(self.passphrase_label)

        self.passphrase = QLineEdit(OpenSnapshotForm)
        self.passphrase.setObjectName(u"passphrase")
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)

        self.passphrase_field.addWidget(self.passphrase)

        self.passphrase_help = QLabel(OpenSnapshotForm)
        self.passphrase_help.setObjectName(u"passphrase_help")
        self.passphrase_help.setWordWrap(True)

        self.passphrase_field.addWidget(self.passphrase_help)

        self.caps_lock = QLabel(OpenSnapshotForm)
        self.caps_lock.setObjectName(u"caps_lock")
        self.caps_lock.setWordWrap(True)

        self.passphrase_field.addWidget(self.caps_lock)

        self.show_passphrase = QCheckBox(OpenSnapshotForm)
        self.show_passphrase.setObjectName(u"show_passphrase")

        self.passphrase_field.addWidget(self.show_passphrase)


        self.outer_page.addLayout(self.passphrase_field)

        self.message = QLabel(OpenSnapshotForm)
        self.message.setObjectName(u"message")
        self.message.setWordWrap(True)

        self.outer_page.addWidget(self.message)

        self.waiting_place = QVBoxLayout()
        self.waiting_place.setObjectName(u"waiting_place")

        self.outer_page.addLayout(self.waiting_place)

        self.below = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.outer_page.addItem(self.below)

        self.buttons = QHBoxLayout()
        self.buttons.setObjectName(u"buttons")
        self.another = QPushButton(OpenSnapshotForm)
        self.another.setObjectName(u"another")
        self.another.setAutoDefault(False)

        self.buttons.addWidget(self.another)

        self.between = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.between)

        self.cancel = QPushButton(OpenSnapshotForm)
        self.cancel.setObjectName(u"cancel")
        self.cancel.setAutoDefault(False)

        self.buttons.addWidget(self.cancel)

        self.open = QPushButton(OpenSnapshotForm)
        self.open.setObjectName(u"open")

        self.buttons.addWidget(self.open)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.passphrase_label.setBuddy(self.passphrase)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.passphrase, self.show_passphrase)
        QWidget.setTabOrder(self.show_passphrase, self.open)
        QWidget.setTabOrder(self.open, self.cancel)
        QWidget.setTabOrder(self.cancel, self.another)

        self.retranslateUi(OpenSnapshotForm)

        self.open.setDefault(True)


        QMetaObject.connectSlotsByName(OpenSnapshotForm)
    # setupUi

    def retranslateUi(self, OpenSnapshotForm):
        OpenSnapshotForm.setWindowTitle(QCoreApplication.translate("OpenSnapshotForm", u"Open a snapshot", None))
        self.title.setText(QCoreApplication.translate("OpenSnapshotForm", u"Open a snapshot", None))
        self.title.setProperty(u"role", QCoreApplication.translate("OpenSnapshotForm", u"title", None))
        self.file.setText(QCoreApplication.translate("OpenSnapshotForm", u"A snapshot", None))
        self.purpose.setText(QCoreApplication.translate("OpenSnapshotForm", u"A sealed copy of an audit log. It is read here as it is: nothing is written to it, and no network is needed.", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("OpenSnapshotForm", u"secondary", None))
        self.passphrase_label.setText(QCoreApplication.translate("OpenSnapshotForm", u"&Passphrase", None))
#if QT_CONFIG(accessibility)
        self.passphrase.setAccessibleName(QCoreApplication.translate("OpenSnapshotForm", u"Passphrase", None))
#endif // QT_CONFIG(accessibility)
        self.passphrase_help.setText(QCoreApplication.translate("OpenSnapshotForm", u"Whoever made the snapshot has it. It is kept nowhere, and a lost one cannot be recovered.", None))
        self.passphrase_help.setProperty(u"role", QCoreApplication.translate("OpenSnapshotForm", u"help", None))
        self.caps_lock.setText("")
        self.caps_lock.setProperty(u"role", QCoreApplication.translate("OpenSnapshotForm", u"help", None))
        self.show_passphrase.setText(QCoreApplication.translate("OpenSnapshotForm", u"&Show the passphrase", None))
#if QT_CONFIG(accessibility)
        self.show_passphrase.setAccessibleName(QCoreApplication.translate("OpenSnapshotForm", u"Show the passphrase", None))
#endif // QT_CONFIG(accessibility)
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("OpenSnapshotForm", u"message", None))
        self.another.setText(QCoreApplication.translate("OpenSnapshotForm", u"Choose &another file", None))
#if QT_CONFIG(accessibility)
        self.another.setAccessibleName(QCoreApplication.translate("OpenSnapshotForm", u"Choose another file", None))
#endif // QT_CONFIG(accessibility)
        self.cancel.setText(QCoreApplication.translate("OpenSnapshotForm", u"&Cancel", None))
#if QT_CONFIG(accessibility)
        self.cancel.setAccessibleName(QCoreApplication.translate("OpenSnapshotForm", u"Cancel", None))
#endif // QT_CONFIG(accessibility)
        self.open.setText(QCoreApplication.translate("OpenSnapshotForm", u"&Open", None))
#if QT_CONFIG(accessibility)
        self.open.setAccessibleName(QCoreApplication.translate("OpenSnapshotForm", u"Open the snapshot", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

