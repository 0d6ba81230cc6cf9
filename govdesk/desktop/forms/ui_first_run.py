# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'first_run.ui'
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
from PySide6.QtWidgets import (QApplication, QCommandLinkButton, QHBoxLayout, QLabel,
    QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout,
    QWidget)

class Ui_FirstRunForm(object):
    def setupUi(self, FirstRunForm):
        if not FirstRunForm.objectName():
            FirstRunForm.setObjectName(u"FirstRunForm")
        self.outer_page = QVBoxLayout(FirstRunForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(FirstRunForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(FirstRunForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.doors = QVBoxLayout()
        self.doors.setObjectName(u"doors")
        self.open_demo = QCommandLinkButton(FirstRunForm)
        self.open_demo.setObjectName(u"open_demo")

        self.doors.addWidget(self.open_demo)

        self.connect_to_server = QCommandLinkButton(FirstRunForm)
        self.connect_to_server.setObjectName(u"connect_to_server")

        self.doors.addWidget(self.connect_to_server)

        self.open_snapshot = QCommandLinkButton(FirstRunForm)
        self.open_snapshot.setObjectName(u"open_snapshot")

        self.doors.addWidget(self.open_snapshot)


        self.outer_page.addLayout(self.doors)

        self.message = QLabel(FirstRunForm)
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

        self.back = QPushButton(FirstRunForm)
        self.back.setObjectName(u"back")

        self.buttons.addWidget(self.back)


        self.outer_page.addLayout(self.buttons)

        QWidget.setTabOrder(self.open_demo, self.connect_to_server)
        QWidget.setTabOrder(self.connect_to_server, self.open_snapshot)
        QWidget.setTabOrder(self.open_snapshot, self.back)

        self.retranslateUi(FirstRunForm)

        QMetaObject.connectSlotsByName(FirstRunForm)
    # setupUi

    def retranslateUi(self, FirstRunForm):
        FirstRunForm.setWindowTitle(QCoreApplication.translate("FirstRunForm", u"GovDesk", None))
        self.title.setText(QCoreApplication.translate("FirstRunForm", u"Welcome to GovDesk", None))
        self.title.setProperty(u"role", QCoreApplication.translate("FirstRunForm", u"title", None))
        self.purpose.setText(QCoreApplication.translate("FirstRunForm", u"Who may do what, and a sealed record of it all. How do you want to begin?", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("FirstRunForm", u"secondary", None))
        self.open_demo.setText(QCoreApplication.translate("FirstRunForm", u"Open the demo", None))
        self.open_demo.setDescription(QCoreApplication.translate("FirstRunForm", u"A database of your own on this computer, with two organizations, people to sign in as and a believable past. Nothing leaves this machine.", None))
#if QT_CONFIG(accessibility)
        self.open_demo.setAccessibleName(QCoreApplication.translate("FirstRunForm", u"Open the demo", None))
#endif // QT_CONFIG(accessibility)
        self.connect_to_server.setText(QCoreApplication.translate("FirstRunForm", u"Connect to a server", None))
        self.connect_to_server.setDescription(QCoreApplication.translate("FirstRunForm", u"You need the server's address and the password of its database login from your administrator, and an account of your own.", None))
#if QT_CONFIG(accessibility)
        self.connect_to_server.setAccessibleName(QCoreApplication.translate("FirstRunForm", u"Connect to a server", None))
#endif // QT_CONFIG(accessibility)
        self.open_snapshot.setText(QCoreApplication.translate("FirstRunForm", u"Open a snapshot", None))
        self.open_snapshot.setDescription(QCoreApplication.translate("FirstRunForm", u"A sealed copy of an audit log in a .govsnap file. You need its passphrase, and neither a server nor a network.", None))
#if QT_CONFIG(accessibility)
        self.open_snapshot.setAccessibleName(QCoreApplication.translate("FirstRunForm", u"Open a snapshot", None))
#endif // QT_CONFIG(accessibility)
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("FirstRunForm", u"message", None))
        self.back.setText(QCoreApplication.translate("FirstRunForm", u"&Back", None))
#if QT_CONFIG(accessibility)
        self.back.setAccessibleName(QCoreApplication.translate("FirstRunForm", u"Back", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

