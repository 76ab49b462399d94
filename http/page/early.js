// Before anything is drawn: the chosen theme and language, so that nothing flashes.
(function () {
  'use strict';
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem('linger.theme');
    var language = localStorage.getItem('linger.language');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    if (!language) language = /^zh/i.test(navigator.language || '') ? 'zh' : 'en';
    root.lang = language === 'zh' ? 'zh-CN' : 'en';
  } catch (e) {
    // No storage here; the defaults will do.
  }
})();
