# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'recovery.ui'
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
from PySide6.QtWidgets import (QApplication, QCheckBox, QHBoxLayout, QLabel,
    QPlainTextEdit, QPushButton, QSizePolicy, QSpacerItem,
    QVBoxLayout, QWidget)

class Ui_RecoveryForm(object):
    def setupUi(self, RecoveryForm):
        if not RecoveryForm.objectName():
            RecoveryForm.setObjectName(u"RecoveryForm")
        self.outer_page = QVBoxLayout(RecoveryForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(RecoveryForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(RecoveryForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.codes = QPlainTextEdit(RecoveryForm)
        self.codes.setObjectName(u"codes")
        self.codes.setReadOnly(True)
        self.codes.setTabChangesFocus(True)

        self.outer_page.addWidget(self.codes)

        self.actions = QHBoxLayout()
        self.actions.setObjectName(u"actions")
        self.copy_codes = QPushButton(RecoveryForm)
        self.copy_codes.setObjectName(u"copy_codes")

        self.actions.addWidget(self.copy_codes)

        self.save_codes = QPushButton(RecoveryForm)
        self.save_codes.setObjectName(u"save_codes")

        self.actions.addWidget(self.save_codes)

        self.done_note = QLabel(RecoveryForm)
        self.done_note.setObjectName(u"done_note")
        self.done_note.setWordWrap(True)

        self.actions.addWidget(self.done_note)


        self.outer_page.addLayout(self.actions)

        self.kept = QCheckBox(RecoveryForm)
        self.kept.setObjectName(u"kept")

        self.outer_page.addWidget(self.kept)

        self.buttons = QHBoxLayout()
        self.buttons.setObjectName(u"buttons")
        self.between = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.between)

        self.next = QPushButton(RecoveryForm)
        self.next.setObjectName(u"next")
        self.next.setEnabled(False)

        self.buttons.addWidget(self.next)


        self.outer_page.addLayout(self.buttons)

        QWidget.setTabOrder(self.codes, self.copy_codes)
        QWidget.setTabOrder(self.copy_codes, self.save_codes)
        QWidget.setTabOrder(self.save_codes, self.kept)
        QWidget.setTabOrder(self.kept, self.next)

        self.retranslateUi(RecoveryForm)

        self.next.setDefault(True)


        QMetaObject.connectSlotsByName(RecoveryForm)
    # setupUi

    def retranslateUi(self, RecoveryForm):
        RecoveryForm.setWindowTitle(QCoreApplication.translate("RecoveryForm", u"Recovery codes", None))
        self.title.setText(QCoreApplication.translate("RecoveryForm", u"Your recovery codes", None))
        self.title.setProperty(u"role", QCoreApplication.translate("RecoveryForm", u"title", None))
        self.purpose.setText(QCoreApplication.translate("RecoveryForm", u"Each of these replaces the app's code once, when the phone is lost. They are shown only now; keep them away from the phone.", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("RecoveryForm", u"secondary", None))
#if QT_CONFIG(accessibility)
        self.codes.setAccessibleName(QCoreApplication.translate("RecoveryForm", u"Recovery codes", None))
#endif // QT_CONFIG(accessibility)
        self.codes.setProperty(u"role", QCoreApplication.translate("RecoveryForm", u"mono", None))
        self.copy_codes.setText(QCoreApplication.translate("RecoveryForm", u"C&opy", None))
#if QT_CONFIG(accessibility)
        self.copy_codes.setAccessibleName(QCoreApplication.translate("RecoveryForm", u"Copy the recovery codes", None))
#endif // QT_CONFIG(accessibility)
        self.save_codes.setText(QCoreApplication.translate("RecoveryForm", u"Save to &file\u2026", None))
#if QT_CONFIG(accessibility)
        self.save_codes.setAccessibleName(QCoreApplication.translate("RecoveryForm", u"Save the recovery codes to a file", None))
#endif // QT_CONFIG(accessibility)
        self.done_note.setText("")
        self.done_note.setProperty(u"role", QCoreApplication.translate("RecoveryForm", u"help", None))
        self.kept.setText(QCoreApplication.translate("RecoveryForm", u"I have &kept them", None))
#if QT_CONFIG(accessibility)
        self.kept.setAccessibleName(QCoreApplication.translate("RecoveryForm", u"I have kept them", None))
#endif // QT_CONFIG(accessibility)
        self.next.setText(QCoreApplication.translate("RecoveryForm", u"&Next", None))
#if QT_CONFIG(accessibility)
        self.next.setAccessibleName(QCoreApplication.translate("RecoveryForm", u"Next", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

