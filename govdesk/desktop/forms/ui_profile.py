# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'profile.ui'
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
from PySide6.QtWidgets import (QAbstractSpinBox, QApplication, QComboBox, QGridLayout,
    QHBoxLayout, QLabel, QLineEdit, QPushButton,
    QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout,
    QWidget)

class Ui_ProfileForm(object):
    def setupUi(self, ProfileForm):
        if not ProfileForm.objectName():
            ProfileForm.setObjectName(u"ProfileForm")
        self.outer_page = QVBoxLayout(ProfileForm)
        self.outer_page.setObjectName(u"outer_page")
        self.title = QLabel(ProfileForm)
        self.title.setObjectName(u"title")

        self.outer_page.addWidget(self.title)

        self.purpose = QLabel(ProfileForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.outer_page.addWidget(self.purpose)

        self.grid = QGridLayout()
        self.grid.setObjectName(u"grid")
        self.name_field = QVBoxLayout()
        self.name_field.setObjectName(u"name_field")
        self.name_label = QLabel(ProfileForm)
        self.name_label.setObjectName(u"name_label")

        self.name_field.addWidget(self.name_label)

        self.name = QLineEdit(ProfileForm)
        self.name.setObjectName(u"name")

        self.name_field.addWidget(self.name)

        self.name_help = QLabel(ProfileForm)
        self.name_help.setObjectName(u"name_help")
        self.name_help.setWordWrap(True)

        self.name_field.addWidget(self.name_help)


        self.grid.addLayout(self.name_field, 0, 0, 1, 1)

        self.environment_field = QVBoxLayout()
        self.environment_field.setObjectName(u"environment_field")
        self.environment_label = QLabel(ProfileForm)
        self.environment_label.setObjectName(u"environment_label")

        self.environment_field.addWidget(self.environment_label)

        self.environment = QComboBox(ProfileForm)
        self.environment.setObjectName(u"environment")

        self.environment_field.addWidget(self.environment)

        self.environment_help = QLabel(ProfileForm)
        self.environment_help.setObjectName(u"environment_help")
        self.environment_help.setWordWrap(True)

        self.environment_field.addWidget(self.environment_help)


        self.grid.addLayout(self.environment_field, 0, 1, 1, 1)

        self.host_field = QVBoxLayout()
        self.host_field.setObjectName(u"host_field")
        self.host_label = QLabel(ProfileForm)
        self.host_label.setObjectName(u"host_label")

        self.host_field.addWidget(self.host_label)

        self.host = QLineEdit(ProfileForm)
        self.host.setObjectName(u"host")

        self.host_field.addWidget(self.host)

        self.host_help = QLabel(ProfileForm)
        self.host_help.setObjectName(u"host_help")
        self.host_help.setWordWrap(True)

        self.host_field.addWidget(self.host_help)


        self.grid.addLayout(self.host_field, 1, 0, 1, 1)

        self.port_field = QVBoxLayout()
        self.port_field.setObjectName(u"port_field")
        self.port_label = QLabel(ProfileForm)
        self.port_label.setObjectName(u"port_label")

        self.port_field.addWidget(self.port_label)

        self.port = QSpinBox(ProfileForm)
        self.port.setObjectName(u"port")
        self.port.setMinimum(0)
        self.port.setMaximum(65535)
        self.port.setValue(5432)
        self.port.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)

        self.port_field.addWidget(self.port)

        self.port_help = QLabel(ProfileForm)
        self.port_help.setObjectName(u"port_help")
        self.port_help.setWordWrap(True)

        self.port_field.addWidget(self.port_help)


        self.grid.addLayout(self.port_field, 1, 1, 1, 1)

        self.database_field = QVBoxLayout()
        self.database_field.setObjectName(u"database_field")
        self.database_label = QLabel(ProfileForm)
        self.database_label.setObjectName(u"database_label")

        self.database_field.addWidget(self.database_label)

        self.database = QLineEdit(ProfileForm)
        self.database.setObjectName(u"database")

        self.database_field.addWidget(self.database)

        self.database_help = QLabel(ProfileForm)
        self.database_help.setObjectName(u"database_help")
        self.database_help.setWordWrap(True)

        self.database_field.addWidget(self.database_help)


        self.grid.addLayout(self.database_field, 2, 0, 1, 1)

        self.user_field = QVBoxLayout()
        self.user_field.setObjectName(u"user_field")
        self.user_label = QLabel(ProfileForm)
        self.user_label.setObjectName(u"user_label")

        self.user_field.addWidget(self.user_label)

        self.user = QLineEdit(ProfileForm)
        self.user.setObjectName(u"user")

        self.user_field.addWidget(self.user)

        self.user_help = QLabel(ProfileForm)
        self.user_help.setObjectName(u"user_help")
        self.user_help.setWordWrap(True)

        self.user_field.addWidget(self.user_help)


        self.grid.addLayout(self.user_field, 2, 1, 1, 1)

        self.login_password_field = QVBoxLayout()
        self.login_password_field.setObjectName(u"login_password_field")
        self.login_password_label = QLabel(ProfileForm)
        self.login_password_label.setObjectName(u"login_password_label")

        self.login_password_field.addWidget(self.login_password_label)

        self.login_password = QLineEdit(ProfileForm)
        self.login_password.setObjectName(u"login_password")
        self.login_password.setEchoMode(QLineEdit.EchoMode.Password)

        self.login_password_field.addWidget(self.login_password)

        self.login_password_help = QLabel(ProfileForm)
        self.login_password_help.setObjectName(u"login_password_help")
        self.login_password_help.setWordWrap(True)

        self.login_password_field.addWidget(self.login_password_help)


        self.grid.addLayout(self.login_password_field, 3, 0, 1, 1)

        self.keep_in_field = QVBoxLayout()
        self.keep_in_field.setObjectName(u"keep_in_field")
        self.keep_in_label = QLabel(ProfileForm)
        self.keep_in_label.setObjectName(u"keep_in_label")

        self.keep_in_field.addWidget(self.keep_in_label)

        self.keep_in = QComboBox(ProfileForm)
        self.keep_in.setObjectName(u"keep_in")

        self.keep_in_field.addWidget(self.keep_in)

        self.keep_in_help = QLabel(ProfileForm)
        self.keep_in_help.setObjectName(u"keep_in_help")
        self.keep_in_help.setWordWrap(True)

        self.keep_in_field.addWidget(self.keep_in_help)


        self.grid.addLayout(self.keep_in_field, 3, 1, 1, 1)

        self.tls_field = QVBoxLayout()
        self.tls_field.setObjectName(u"tls_field")
        self.tls_label = QLabel(ProfileForm)
        self.tls_label.setObjectName(u"tls_label")

        self.tls_field.addWidget(self.tls_label)

        self.tls = QComboBox(ProfileForm)
        self.tls.setObjectName(u"tls")

        self.tls_field.addWidget(self.tls)

        self.tls_help = QLabel(ProfileForm)
        self.tls_help.setObjectName(u"tls_help")
        self.tls_help.setWordWrap(True)

        self.tls_field.addWidget(self.tls_help)


        self.grid.addLayout(self.tls_field, 4, 0, 1, 1)

        self.ca_file_field = QVBoxLayout()
        self.ca_file_field.setObjectName(u"ca_file_field")
        self.ca_file_label = QLabel(ProfileForm)
        self.ca_file_label.setObjectName(u"ca_file_label")

        self.ca_file_field.addWidget(self.ca_file_label)

        self.ca_file_row = QHBoxLayout()
        self.ca_file_row.setObjectName(u"ca_file_row")
        self.ca_file = QLineEdit(ProfileForm)
        self.ca_file.setObjectName(u"ca_file")

        self.ca_file_row.addWidget(self.ca_file)

        self.browse = QPushButton(ProfileForm)
        self.browse.setObjectName(u"browse")

        self.ca_file_row.addWidget(self.browse)


        self.ca_file_field.addLayout(self.ca_file_row)

        self.ca_file_help = QLabel(ProfileForm)
        self.ca_file_help.setObjectName(u"ca_file_help")
        self.ca_file_help.setWordWrap(True)

        self.ca_file_field.addWidget(self.ca_file_help)


        self.grid.addLayout(self.ca_file_field, 4, 1, 1, 1)

        self.tenant_path_field = QVBoxLayout()
        self.tenant_path_field.setObjectName(u"tenant_path_field")
        self.tenant_path_label = QLabel(ProfileForm)
        self.tenant_path_label.setObjectName(u"tenant_path_label")

        self.tenant_path_field.addWidget(self.tenant_path_label)

        self.tenant_path = QLineEdit(ProfileForm)
        self.tenant_path.setObjectName(u"tenant_path")

        self.tenant_path_field.addWidget(self.tenant_path)

        self.tenant_path_help = QLabel(ProfileForm)
        self.tenant_path_help.setObjectName(u"tenant_path_help")
        self.tenant_path_help.setWordWrap(True)

        self.tenant_path_field.addWidget(self.tenant_path_help)


        self.grid.addLayout(self.tenant_path_field, 5, 0, 1, 2)


        self.outer_page.addLayout(self.grid)

        self.message = QLabel(ProfileForm)
        self.message.setObjectName(u"message")
        self.message.setWordWrap(True)

        self.outer_page.addWidget(self.message)

        self.waiting_place = QVBoxLayout()
        self.waiting_place.setObjectName(u"waiting_place")

        self.outer_page.addLayout(self.waiting_place)

        self.buttons = QHBoxLayout()
        self.buttons.setObjectName(u"buttons")
        self.test = QPushButton(ProfileForm)
        self.test.setObjectName(u"test")

        self.buttons.addWidget(self.test)

        self.remove = QPushButton(ProfileForm)
        self.remove.setObjectName(u"remove")

        self.buttons.addWidget(self.remove)

        self.between = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.between)

        self.cancel = QPushButton(ProfileForm)
        self.cancel.setObjectName(u"cancel")

        self.buttons.addWidget(self.cancel)

        self.save = QPushButton(ProfileForm)
        self.save.setObjectName(u"save")

        self.buttons.addWidget(self.save)


        self.outer_page.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.name_label.setBuddy(self.name)
        self.environment_label.setBuddy(self.environment)
        self.host_label.setBuddy(self.host)
        self.port_label.setBuddy(self.port)
        self.database_label.setBuddy(self.database)
        self.user_label.setBuddy(self.user)
        self.login_password_label.setBuddy(self.login_password)
        self.keep_in_label.setBuddy(self.keep_in)
        self.tls_label.setBuddy(self.tls)
        self.ca_file_label.setBuddy(self.ca_file)
        self.tenant_path_label.setBuddy(self.tenant_path)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.name, self.environment)
        QWidget.setTabOrder(self.environment, self.host)
        QWidget.setTabOrder(self.host, self.port)
        QWidget.setTabOrder(self.port, self.database)
        QWidget.setTabOrder(self.database, self.user)
        QWidget.setTabOrder(self.user, self.login_password)
        QWidget.setTabOrder(self.login_password, self.keep_in)
        QWidget.setTabOrder(self.keep_in, self.tls)
        QWidget.setTabOrder(self.tls, self.ca_file)
        QWidget.setTabOrder(self.ca_file, self.browse)
        QWidget.setTabOrder(self.browse, self.tenant_path)
        QWidget.setTabOrder(self.tenant_path, self.test)
        QWidget.setTabOrder(self.test, self.remove)
        QWidget.setTabOrder(self.remove, self.cancel)
        QWidget.setTabOrder(self.cancel, self.save)

        self.retranslateUi(ProfileForm)

        self.save.setDefault(True)


        QMetaObject.connectSlotsByName(ProfileForm)
    # setupUi

    def retranslateUi(self, ProfileForm):
        ProfileForm.setWindowTitle(QCoreApplication.translate("ProfileForm", u"Connection profile", None))
        self.title.setText(QCoreApplication.translate("ProfileForm", u"Connect to a server", None))
        self.title.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"title", None))
        self.purpose.setText(QCoreApplication.translate("ProfileForm", u"A profile says which server this is and how the connection is protected. Your administrator knows all of it.", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"secondary", None))
        self.name_label.setText(QCoreApplication.translate("ProfileForm", u"&Name of this profile", None))
#if QT_CONFIG(accessibility)
        self.name.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Name of this profile", None))
#endif // QT_CONFIG(accessibility)
        self.name_help.setText(QCoreApplication.translate("ProfileForm", u"For you, for example the organization's name.", None))
        self.name_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.environment_label.setText(QCoreApplication.translate("ProfileForm", u"&Environment", None))
#if QT_CONFIG(accessibility)
        self.environment.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Environment", None))
#endif // QT_CONFIG(accessibility)
        self.environment_help.setText(QCoreApplication.translate("ProfileForm", u"Colours the band in every window.", None))
        self.environment_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.host_label.setText(QCoreApplication.translate("ProfileForm", u"&Host", None))
#if QT_CONFIG(accessibility)
        self.host.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Host", None))
#endif // QT_CONFIG(accessibility)
        self.host_help.setText(QCoreApplication.translate("ProfileForm", u"For example db.example.com.", None))
        self.host_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.port_label.setText(QCoreApplication.translate("ProfileForm", u"Po&rt", None))
#if QT_CONFIG(accessibility)
        self.port.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Port", None))
#endif // QT_CONFIG(accessibility)
        self.port_help.setText(QCoreApplication.translate("ProfileForm", u"PostgreSQL's own is 5432.", None))
        self.port_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.database_label.setText(QCoreApplication.translate("ProfileForm", u"&Database", None))
#if QT_CONFIG(accessibility)
        self.database.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Database", None))
#endif // QT_CONFIG(accessibility)
        self.database_help.setText("")
        self.database_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.user_label.setText(QCoreApplication.translate("ProfileForm", u"Database &login", None))
#if QT_CONFIG(accessibility)
        self.user.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Database login", None))
#endif // QT_CONFIG(accessibility)
        self.user_help.setText("")
        self.user_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.login_password_label.setText(QCoreApplication.translate("ProfileForm", u"&Password of the database login", None))
#if QT_CONFIG(accessibility)
        self.login_password.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Password of the database login", None))
#endif // QT_CONFIG(accessibility)
        self.login_password_help.setText(QCoreApplication.translate("ProfileForm", u"From your administrator; not your own password.", None))
        self.login_password_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.keep_in_label.setText(QCoreApplication.translate("ProfileForm", u"&Keep this password", None))
#if QT_CONFIG(accessibility)
        self.keep_in.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Keep this password", None))
#endif // QT_CONFIG(accessibility)
        self.keep_in_help.setText("")
        self.keep_in_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.tls_label.setText(QCoreApplication.translate("ProfileForm", u"Protection (&TLS)", None))
#if QT_CONFIG(accessibility)
        self.tls.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Protection", None))
#endif // QT_CONFIG(accessibility)
        self.tls_help.setText("")
        self.tls_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.ca_file_label.setText(QCoreApplication.translate("ProfileForm", u"CA &file", None))
#if QT_CONFIG(accessibility)
        self.ca_file.setAccessibleName(QCoreApplication.translate("ProfileForm", u"CA file", None))
#endif // QT_CONFIG(accessibility)
        self.browse.setText(QCoreApplication.translate("ProfileForm", u"Br&owse\u2026", None))
#if QT_CONFIG(accessibility)
        self.browse.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Browse for the CA file", None))
#endif // QT_CONFIG(accessibility)
        self.ca_file_help.setText(QCoreApplication.translate("ProfileForm", u"Empty: the authorities that this computer trusts.", None))
        self.ca_file_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.tenant_path_label.setText(QCoreApplication.translate("ProfileForm", u"Or&ganization", None))
#if QT_CONFIG(accessibility)
        self.tenant_path.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Organization", None))
#endif // QT_CONFIG(accessibility)
        self.tenant_path_help.setText(QCoreApplication.translate("ProfileForm", u"Only if you belong to several: its path, for example acme.", None))
        self.tenant_path_help.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"help", None))
        self.message.setText("")
        self.message.setProperty(u"role", QCoreApplication.translate("ProfileForm", u"message", None))
        self.test.setText(QCoreApplication.translate("ProfileForm", u"Test &connection", None))
#if QT_CONFIG(accessibility)
        self.test.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Test connection", None))
#endif // QT_CONFIG(accessibility)
        self.remove.setText(QCoreApplication.translate("ProfileForm", u"Remo&ve", None))
#if QT_CONFIG(accessibility)
        self.remove.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Remove this profile", None))
#endif // QT_CONFIG(accessibility)
        self.cancel.setText(QCoreApplication.translate("ProfileForm", u"Cancel", None))
#if QT_CONFIG(accessibility)
        self.cancel.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Cancel", None))
#endif // QT_CONFIG(accessibility)
        self.save.setText(QCoreApplication.translate("ProfileForm", u"&Save", None))
#if QT_CONFIG(accessibility)
        self.save.setAccessibleName(QCoreApplication.translate("ProfileForm", u"Save", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

