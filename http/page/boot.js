// Applies the stored theme and language before the first paint, so that the page does not flash.
// A classic script: a module would run too late.
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
    // localStorage is not available: the defaults of index.html and style.css apply.
  }
})();
