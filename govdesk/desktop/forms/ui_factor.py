# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'factor.ui'
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

class Ui_FactorForm(object):
    def setupUi(self, FactorForm):
        if not FactorForm.objectName():
            FactorForm.setObjectName(u"FactorForm")
        self.outer_page = QVBoxLayout(FactorForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(FactorForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(FactorForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.columns = QHBoxLayout()
        self.columns.setObjectName(u"columns")
        self.qr_place = QVBoxLayout()
        self.qr_place.setObjectName(u"qr_place")

        self.columns.addLayout(self.qr_place)

        self.steps = QVBoxLayout()
        self.steps.setObjectName(u"steps")
        self.scan = QLabel(FactorForm)
        self.scan.setObjectName(u"scan")
        self.scan.setWordWrap(True)

        self.steps.addWidget(self.scan)

        self.secret_field = QVBoxLayout()
        self.secret_field.setObjectName(u"secret_field")
        self.secret_label = QLabel(FactorForm)
        self.secret_label.setObjectName(u"secret_label")
        self.secret_label.setWordWrap(True)

        self.secret_field.addWidget(self.secret_label)

        self.secret = QLineEdit(FactorForm)
        self.secret.setObjectName(u"secret")
        self.secret.setReadOnly(True)

        self.secret_field.addWidget(self.secret)

        self.secret_row = QHBoxLayout()
        self.secret_row.setObjectName(u"secret_row")
        self.copy_secret = QPushButton(FactorForm)
        self.copy_secret.setObjectName(u"copy_secret")

        self.secret_row.addWidget(self.copy_secret)

        self.issuer = QLabel(FactorForm)
        self.issuer.setObjectName(u"issuer")
        self.issuer.setTextFormat(Qt.TextFormat.PlainText)
        self.issuer.setWordWrap(True)

        self.secret_row.addWidget(self.issuer)


        self.secret_field.addLayout(self.secret_row)


        self.steps.addLayout(self.secret_field)

        self.code_field = QVBoxLayout()
        self.code_field.setObjectName(u"code_field")
        self.code_label = QLabel(FactorForm)
        self.code_label.setObjectName(u"code_label")

        self.code_field.addWidget(self.code_label)

        self.code = QLineEdit(FactorForm)
        self.code.setObjectName(u"code")

        self.code_field.addWidget(self.code)

        self.code_help = QLabel(FactorForm)
        self.code_help.setObjectName(u"code_help")
        self.code_help.setWordWrap(True)

        self.code_field.addWidget(self.code_help)


        self.steps.addLayout(self.code_field)

        self.rest_of_steps = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.steps.addItem(self.rest_of_steps)


        self.columns.addLayout(self.steps)


        self.outer_page.addLayout(self.columns)

        self.message = QLabel(FactorForm)
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

        self.cancel = QPushButton(FactorForm)
        self.cancel.setObjectName(u"cancel")

        self.buttons.addWidget(self.cancel)

        self.next = QPushButton(FactorForm)
        self.next.setObjectName(u"next")

        self.buttons.addWidget(self.next)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.secret_label.setBuddy(self.secret)
        self.code_label.setBuddy(self.code)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.code, self.next)
        QWidget.setTabOrder(self.next, self.cancel)
        QWidget.setTabOrder(self.cancel, self.secret)
        QWidget.setTabOrder(self.secret, self.copy_secret)

        self.retranslateUi(FactorForm)

        self.next.setDefault(True)


        QMetaObject.connectSlotsByName(FactorForm)
    # setupUi

    def retranslateUi(self, FactorForm):
        FactorForm.setWindowTitle(QCoreApplication.translate("FactorForm", u"Second factor", None))
        self.title.setText(QCoreApplication.translate("FactorForm", u"Your second factor", None))
        self.title.setProperty(u"role", QCoreApplication.translate("FactorForm", u"title", None))
        self.purpose.setText(QCoreApplication.translate("FactorForm", u"From now on you sign in with your password and a code from an authenticator app on your phone.", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("FactorForm", u"secondary", None))
        self.scan.setText(QCoreApplication.translate("FactorForm", u"1. Scan this code with the app.", None))
        self.secret_label.setText(QCoreApplication.translate("FactorForm", u"2. If it cannot scan, type this &key:", None))
#if QT_CONFIG(accessibility)
        self.secret.setAccessibleName(QCoreApplication.translate("FactorForm", u"Key for the authenticator app", None))
#endif // QT_CONFIG(accessibility)
        self.secret.setProperty(u"role", QCoreApplication.translate("FactorForm", u"mono", None))
        self.copy_secret.setText(QCoreApplication.translate("FactorForm", u"C&opy", None))
#if QT_CONFIG(accessibility)
        self.copy_secret.setAccessibleName(QCoreApplication.translate("FactorForm", u"Copy the key", None))
#endif // QT_CONFIG(accessibility)
        self.issuer.setText("")
        self.issuer.setProperty(u"role", QCoreApplication.translate("FactorForm", u"help", None))
        self.code_label.setText(QCoreApplication.translate("FactorForm", u"3. Type the &code it shows:", None))
#if QT_CONFIG(accessibility)
        self.code.setAccessibleName(QCoreApplication.translate("FactorForm", u"Code", None))
#endif // QT_CONFIG(accessibility)
        self.code_help.setText(QCoreApplication.translate("FactorForm", u"Six digits; they change every 30 seconds.", None))
        self.code_help.setProperty(u"role", QCoreApplication.translate("FactorForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("FactorForm", u"message", None))
        self.cancel.setText(QCoreApplication.translate("FactorForm", u"Cancel", None))
#if QT_CONFIG(accessibility)
        self.cancel.setAccessibleName(QCoreApplication.translate("FactorForm", u"Cancel", None))
#endif // QT_CONFIG(accessibility)
        self.next.setText(QCoreApplication.translate("FactorForm", u"&Next", None))
#if QT_CONFIG(accessibility)
        self.next.setAccessibleName(QCoreApplication.translate("FactorForm", u"Next", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

