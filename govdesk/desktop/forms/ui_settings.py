# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'settings.ui'
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
from PySide6.QtWidgets import (QAbstractItemView, QApplication, QCheckBox, QComboBox,
    QFrame, QHBoxLayout, QHeaderView, QKeySequenceEdit,
    QLabel, QLineEdit, QPushButton, QScrollArea,
    QSizePolicy, QSpacerItem, QSpinBox, QTabWidget,
    QTableView, QToolButton, QVBoxLayout, QWidget)

class Ui_SettingsForm(object):
    def setupUi(self, SettingsForm):
        if not SettingsForm.objectName():
            SettingsForm.setObjectName(u"SettingsForm")
        self.page_column = QVBoxLayout(SettingsForm)
        self.page_column.setObjectName(u"page_column")
        self.title = QLabel(SettingsForm)
        self.title.setObjectName(u"title")

        self.page_column.addWidget(self.title)

        self.purpose = QLabel(SettingsForm)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)

        self.page_column.addWidget(self.purpose)

        self.notices = QLabel(SettingsForm)
        self.notices.setObjectName(u"notices")
        self.notices.setWordWrap(True)

        self.page_column.addWidget(self.notices)

        self.tabs = QTabWidget(SettingsForm)
        self.tabs.setObjectName(u"tabs")
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.setDocumentMode(True)
        self.general_tab = QWidget()
        self.general_tab.setObjectName(u"general_tab")
        self.general_column = QVBoxLayout(self.general_tab)
        self.general_column.setObjectName(u"general_column")
        self.general_area = QScrollArea(self.general_tab)
        self.general_area.setObjectName(u"general_area")
        self.general_area.setWidgetResizable(True)
        self.general_area.setFrameShape(QFrame.Shape.NoFrame)
        self.general_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.general = QWidget()
        self.general.setObjectName(u"general")
        self.outer_page = QVBoxLayout(self.general)
        self.outer_page.setObjectName(u"outer_page")
        self.theme_field = QVBoxLayout()
        self.theme_field.setObjectName(u"theme_field")
        self.theme_label = QLabel(self.general)
        self.theme_label.setObjectName(u"theme_label")

        self.theme_field.addWidget(self.theme_label)

        self.theme_row = QHBoxLayout()
        self.theme_row.setObjectName(u"theme_row")
        self.theme = QComboBox(self.general)
        self.theme.setObjectName(u"theme")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(0)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.theme.sizePolicy().hasHeightForWidth())
        self.theme.setSizePolicy(sizePolicy)

        self.theme_row.addWidget(self.theme)

        self.theme_reset = QToolButton(self.general)
        self.theme_reset.setObjectName(u"theme_reset")
        self.theme_reset.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.theme_reset.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.theme_reset.setAutoRaise(True)

        self.theme_row.addWidget(self.theme_reset)


        self.theme_field.addLayout(self.theme_row)

        self.theme_help = QLabel(self.general)
        self.theme_help.setObjectName(u"theme_help")
        self.theme_help.setWordWrap(True)

        self.theme_field.addWidget(self.theme_help)


        self.outer_page.addLayout(self.theme_field)

        self.compact_rows_field = QVBoxLayout()
        self.compact_rows_field.setObjectName(u"compact_rows_field")
        self.compact_rows_row = QHBoxLayout()
        self.compact_rows_row.setObjectName(u"compact_rows_row")
        self.compact_rows = QCheckBox(self.general)
        self.compact_rows.setObjectName(u"compact_rows")
        sizePolicy.setHeightForWidth(self.compact_rows.sizePolicy().hasHeightForWidth())
        self.compact_rows.setSizePolicy(sizePolicy)

        self.compact_rows_row.addWidget(self.compact_rows)

        self.compact_rows_reset = QToolButton(self.general)
        self.compact_rows_reset.setObjectName(u"compact_rows_reset")
        self.compact_rows_reset.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.compact_rows_reset.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.compact_rows_reset.setAutoRaise(True)

        self.compact_rows_row.addWidget(self.compact_rows_reset)


        self.compact_rows_field.addLayout(self.compact_rows_row)

        self.compact_rows_help = QLabel(self.general)
        self.compact_rows_help.setObjectName(u"compact_rows_help")
        self.compact_rows_help.setWordWrap(True)

        self.compact_rows_field.addWidget(self.compact_rows_help)


        self.outer_page.addLayout(self.compact_rows_field)

        self.time_zone_field = QVBoxLayout()
        self.time_zone_field.setObjectName(u"time_zone_field")
        self.time_zone_label = QLabel(self.general)
        self.time_zone_label.setObjectName(u"time_zone_label")

        self.time_zone_field.addWidget(self.time_zone_label)

        self.time_zone_row = QHBoxLayout()
        self.time_zone_row.setObjectName(u"time_zone_row")
        self.time_zone = QComboBox(self.general)
        self.time_zone.setObjectName(u"time_zone")
        sizePolicy.setHeightForWidth(self.time_zone.sizePolicy().hasHeightForWidth())
        self.time_zone.setSizePolicy(sizePolicy)
        self.time_zone.setEditable(True)
        self.time_zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.time_zone.setMaxVisibleItems(12)

        self.time_zone_row.addWidget(self.time_zone)

        self.time_zone_reset = QToolButton(self.general)
        self.time_zone_reset.setObjectName(u"time_zone_reset")
        self.time_zone_reset.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.time_zone_reset.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.time_zone_reset.setAutoRaise(True)

        self.time_zone_row.addWidget(self.time_zone_reset)


        self.time_zone_field.addLayout(self.time_zone_row)

        self.time_zone_help = QLabel(self.general)
        self.time_zone_help.setObjectName(u"time_zone_help")
        self.time_zone_help.setWordWrap(True)

        self.time_zone_field.addWidget(self.time_zone_help)


        self.outer_page.addLayout(self.time_zone_field)

        self.idle_lock_minutes_field = QVBoxLayout()
        self.idle_lock_minutes_field.setObjectName(u"idle_lock_minutes_field")
        self.idle_lock_minutes_label = QLabel(self.general)
        self.idle_lock_minutes_label.setObjectName(u"idle_lock_minutes_label")

        self.idle_lock_minutes_field.addWidget(self.idle_lock_minutes_label)

        self.idle_lock_minutes_row = QHBoxLayout()
        self.idle_lock_minutes_row.setObjectName(u"idle_lock_minutes_row")
        self.idle_lock_minutes = QSpinBox(self.general)
        self.idle_lock_minutes.setObjectName(u"idle_lock_minutes")
        sizePolicy.setHeightForWidth(self.idle_lock_minutes.sizePolicy().hasHeightForWidth())
        self.idle_lock_minutes.setSizePolicy(sizePolicy)
        self.idle_lock_minutes.setKeyboardTracking(False)

        self.idle_lock_minutes_row.addWidget(self.idle_lock_minutes)

        self.idle_lock_minutes_reset = QToolButton(self.general)
        self.idle_lock_minutes_reset.setObjectName(u"idle_lock_minutes_reset")
        self.idle_lock_minutes_reset.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.idle_lock_minutes_reset.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.idle_lock_minutes_reset.setAutoRaise(True)

        self.idle_lock_minutes_row.addWidget(self.idle_lock_minutes_reset)


        self.idle_lock_minutes_field.addLayout(self.idle_lock_minutes_row)

        self.idle_lock_minutes_help = QLabel(self.general)
        self.idle_lock_minutes_help.setObjectName(u"idle_lock_minutes_help")
        self.idle_lock_minutes_help.setWordWrap(True)

        self.idle_lock_minutes_field.addWidget(self.idle_lock_minutes_help)


        self.outer_page.addLayout(self.idle_lock_minutes_field)

        self.general_end = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.outer_page.addItem(self.general_end)

        self.general_area.setWidget(self.general)

        self.general_column.addWidget(self.general_area)

        self.tabs.addTab(self.general_tab, "")
        self.shortcuts_tab = QWidget()
        self.shortcuts_tab.setObjectName(u"shortcuts_tab")
        self.outer_shortcuts = QVBoxLayout(self.shortcuts_tab)
        self.outer_shortcuts.setObjectName(u"outer_shortcuts")
        self.shortcuts_top = QHBoxLayout()
        self.shortcuts_top.setObjectName(u"shortcuts_top")
        self.shortcuts_find = QLineEdit(self.shortcuts_tab)
        self.shortcuts_find.setObjectName(u"shortcuts_find")
        self.shortcuts_find.setClearButtonEnabled(True)

        self.shortcuts_top.addWidget(self.shortcuts_find)

        self.shortcuts_reset_all = QPushButton(self.shortcuts_tab)
        self.shortcuts_reset_all.setObjectName(u"shortcuts_reset_all")
        self.shortcuts_reset_all.setAutoDefault(False)

        self.shortcuts_top.addWidget(self.shortcuts_reset_all)


        self.outer_shortcuts.addLayout(self.shortcuts_top)

        self.shortcuts_table = QTableView(self.shortcuts_tab)
        self.shortcuts_table.setObjectName(u"shortcuts_table")
        self.shortcuts_table.setTabKeyNavigation(False)
        self.shortcuts_table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.shortcuts_table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.shortcuts_table.setShowGrid(False)
        self.shortcuts_table.setWordWrap(False)

        self.outer_shortcuts.addWidget(self.shortcuts_table)

        self.shortcut_keys_field = QVBoxLayout()
        self.shortcut_keys_field.setObjectName(u"shortcut_keys_field")
        self.shortcut_keys_label = QLabel(self.shortcuts_tab)
        self.shortcut_keys_label.setObjectName(u"shortcut_keys_label")

        self.shortcut_keys_field.addWidget(self.shortcut_keys_label)

        self.shortcut_row = QHBoxLayout()
        self.shortcut_row.setObjectName(u"shortcut_row")
        self.shortcut_keys = QKeySequenceEdit(self.shortcuts_tab)
        self.shortcut_keys.setObjectName(u"shortcut_keys")
        sizePolicy.setHeightForWidth(self.shortcut_keys.sizePolicy().hasHeightForWidth())
        self.shortcut_keys.setSizePolicy(sizePolicy)
        self.shortcut_keys.setMaximumSequenceLength(1)

        self.shortcut_row.addWidget(self.shortcut_keys)

        self.shortcut_take = QPushButton(self.shortcuts_tab)
        self.shortcut_take.setObjectName(u"shortcut_take")
        self.shortcut_take.setAutoDefault(False)

        self.shortcut_row.addWidget(self.shortcut_take)

        self.shortcut_none = QPushButton(self.shortcuts_tab)
        self.shortcut_none.setObjectName(u"shortcut_none")
        self.shortcut_none.setAutoDefault(False)

        self.shortcut_row.addWidget(self.shortcut_none)

        self.shortcut_reset = QPushButton(self.shortcuts_tab)
        self.shortcut_reset.setObjectName(u"shortcut_reset")
        self.shortcut_reset.setAutoDefault(False)

        self.shortcut_row.addWidget(self.shortcut_reset)


        self.shortcut_keys_field.addLayout(self.shortcut_row)

        self.shortcut_keys_help = QLabel(self.shortcuts_tab)
        self.shortcut_keys_help.setObjectName(u"shortcut_keys_help")
        self.shortcut_keys_help.setWordWrap(True)

        self.shortcut_keys_field.addWidget(self.shortcut_keys_help)


        self.outer_shortcuts.addLayout(self.shortcut_keys_field)

        self.tabs.addTab(self.shortcuts_tab, "")

        self.page_column.addWidget(self.tabs)

#if QT_CONFIG(shortcut)
        self.theme_label.setBuddy(self.theme)
        self.time_zone_label.setBuddy(self.time_zone)
        self.idle_lock_minutes_label.setBuddy(self.idle_lock_minutes)
        self.shortcut_keys_label.setBuddy(self.shortcut_keys)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.theme, self.theme_reset)
        QWidget.setTabOrder(self.theme_reset, self.compact_rows)
        QWidget.setTabOrder(self.compact_rows, self.compact_rows_reset)
        QWidget.setTabOrder(self.compact_rows_reset, self.time_zone)
        QWidget.setTabOrder(self.time_zone, self.time_zone_reset)
        QWidget.setTabOrder(self.time_zone_reset, self.idle_lock_minutes)
        QWidget.setTabOrder(self.idle_lock_minutes, self.idle_lock_minutes_reset)
        QWidget.setTabOrder(self.idle_lock_minutes_reset, self.shortcuts_find)
        QWidget.setTabOrder(self.shortcuts_find, self.shortcuts_reset_all)
        QWidget.setTabOrder(self.shortcuts_reset_all, self.shortcuts_table)
        QWidget.setTabOrder(self.shortcuts_table, self.shortcut_keys)
        QWidget.setTabOrder(self.shortcut_keys, self.shortcut_take)
        QWidget.setTabOrder(self.shortcut_take, self.shortcut_none)
        QWidget.setTabOrder(self.shortcut_none, self.shortcut_reset)

        self.retranslateUi(SettingsForm)

        QMetaObject.connectSlotsByName(SettingsForm)
    # setupUi

    def retranslateUi(self, SettingsForm):
        SettingsForm.setWindowTitle(QCoreApplication.translate("SettingsForm", u"Settings", None))
        self.title.setText(QCoreApplication.translate("SettingsForm", u"Settings", None))
        self.title.setProperty(u"role", QCoreApplication.translate("SettingsForm", u"title", None))
        self.purpose.setText(QCoreApplication.translate("SettingsForm", u"How GovDesk looks and behaves on this computer. Every change is saved at once.", None))
        self.purpose.setProperty(u"role", QCoreApplication.translate("SettingsForm", u"secondary", None))
        self.notices.setText("")
        self.notices.setProperty(u"role", QCoreApplication.translate("SettingsForm", u"message", None))
#if QT_CONFIG(accessibility)
        self.tabs.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Settings", None))
#endif // QT_CONFIG(accessibility)
        self.theme_label.setText(QCoreApplication.translate("SettingsForm", u"&Theme", None))
#if QT_CONFIG(accessibility)
        self.theme.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Theme", None))
#endif // QT_CONFIG(accessibility)
        self.theme_reset.setText(QCoreApplication.translate("SettingsForm", u"Reset", None))
#if QT_CONFIG(accessibility)
        self.theme_reset.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Reset theme", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(tooltip)
        self.theme_reset.setToolTip(QCoreApplication.translate("SettingsForm", u"Reset theme to its default", None))
#endif // QT_CONFIG(tooltip)
        self.theme_help.setText("")
        self.theme_help.setProperty(u"role", QCoreApplication.translate("SettingsForm", u"help", None))
        self.compact_rows.setText(QCoreApplication.translate("SettingsForm", u"Com&pact rows", None))
#if QT_CONFIG(accessibility)
        self.compact_rows.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Compact rows", None))
#endif // QT_CONFIG(accessibility)
        self.compact_rows_reset.setText(QCoreApplication.translate("SettingsForm", u"Reset", None))
#if QT_CONFIG(accessibility)
        self.compact_rows_reset.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Reset compact rows", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(tooltip)
        self.compact_rows_reset.setToolTip(QCoreApplication.translate("SettingsForm", u"Reset compact rows to its default", None))
#endif // QT_CONFIG(tooltip)
        self.compact_rows_help.setText("")
        self.compact_rows_help.setProperty(u"role", QCoreApplication.translate("SettingsForm", u"help", None))
        self.time_zone_label.setText(QCoreApplication.translate("SettingsForm", u"Time &zone", None))
#if QT_CONFIG(accessibility)
        self.time_zone.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Time zone", None))
#endif // QT_CONFIG(accessibility)
        self.time_zone_reset.setText(QCoreApplication.translate("SettingsForm", u"Reset", None))
#if QT_CONFIG(accessibility)
        self.time_zone_reset.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Reset time zone", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(tooltip)
        self.time_zone_reset.setToolTip(QCoreApplication.translate("SettingsForm", u"Reset time zone to its default", None))
#endif // QT_CONFIG(tooltip)
        self.time_zone_help.setText("")
        self.time_zone_help.setProperty(u"role", QCoreApplication.translate("SettingsForm", u"help", None))
        self.idle_lock_minutes_label.setText(QCoreApplication.translate("SettingsForm", u"&Lock after", None))
#if QT_CONFIG(accessibility)
        self.idle_lock_minutes.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Lock after", None))
#endif // QT_CONFIG(accessibility)
        self.idle_lock_minutes_reset.setText(QCoreApplication.translate("SettingsForm", u"Reset", None))
#if QT_CONFIG(accessibility)
        self.idle_lock_minutes_reset.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Reset idle lock", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(tooltip)
        self.idle_lock_minutes_reset.setToolTip(QCoreApplication.translate("SettingsForm", u"Reset idle lock to its default", None))
#endif // QT_CONFIG(tooltip)
        self.idle_lock_minutes_help.setText("")
        self.idle_lock_minutes_help.setProperty(u"role", QCoreApplication.translate("SettingsForm", u"help", None))
        self.tabs.setTabText(self.tabs.indexOf(self.general_tab), QCoreApplication.translate("SettingsForm", u"&General", None))
#if QT_CONFIG(accessibility)
        self.shortcuts_find.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Find an action or keys", None))
#endif // QT_CONFIG(accessibility)
        self.shortcuts_find.setPlaceholderText(QCoreApplication.translate("SettingsForm", u"Find an action or keys", None))
        self.shortcuts_reset_all.setText(QCoreApplication.translate("SettingsForm", u"Reset &all", None))
#if QT_CONFIG(accessibility)
        self.shortcuts_reset_all.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Reset all shortcuts", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.shortcuts_table.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Shortcuts", None))
#endif // QT_CONFIG(accessibility)
        self.shortcut_keys_label.setText(QCoreApplication.translate("SettingsForm", u"&Keys", None))
#if QT_CONFIG(accessibility)
        self.shortcut_keys.setAccessibleName(QCoreApplication.translate("SettingsForm", u"New keys", None))
#endif // QT_CONFIG(accessibility)
        self.shortcut_take.setText(QCoreApplication.translate("SettingsForm", u"&Use here instead", None))
#if QT_CONFIG(accessibility)
        self.shortcut_take.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Use these keys here instead", None))
#endif // QT_CONFIG(accessibility)
        self.shortcut_none.setText(QCoreApplication.translate("SettingsForm", u"&No keys", None))
#if QT_CONFIG(accessibility)
        self.shortcut_none.setAccessibleName(QCoreApplication.translate("SettingsForm", u"No keys for this action", None))
#endif // QT_CONFIG(accessibility)
        self.shortcut_reset.setText(QCoreApplication.translate("SettingsForm", u"&Reset", None))
#if QT_CONFIG(accessibility)
        self.shortcut_reset.setAccessibleName(QCoreApplication.translate("SettingsForm", u"Reset the keys of this action", None))
#endif // QT_CONFIG(accessibility)
        self.shortcut_keys_help.setText(QCoreApplication.translate("SettingsForm", u"Choose an action above, then press the keys it shall have.", None))
        self.shortcut_keys_help.setProperty(u"role", QCoreApplication.translate("SettingsForm", u"help", None))
        self.tabs.setTabText(self.tabs.indexOf(self.shortcuts_tab), QCoreApplication.translate("SettingsForm", u"&Shortcuts", None))
    # retranslateUi

