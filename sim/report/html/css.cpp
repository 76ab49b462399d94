#include "sim/report/html/css.hpp"

namespace lingerd::sim {

const std::string_view css = R"css(
:root{color-scheme:light dark;--bg:#f4f6f8;--panel:#fff;--line:#dfe4ea;--text:#1a2230;--muted:#566273;
--accent:#0a6b66;--soft:#e1f1ef;--danger:#b3261e;--danger-soft:#fdeceb;--focus:#1a66d0;
--k1:#9a6a1d;--k2:#0a6b66;--k3:#355fa8;--k4:#7a4a86;
--font:system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","WenQuanYi Micro Hei",sans-serif}
@media (prefers-color-scheme:dark){:root{--bg:#11151a;--panel:#181e25;--line:#2c3540;--text:#e7ecf1;--muted:#9fabb9;
--accent:#58c2b8;--soft:#16302e;--danger:#ff9c93;--danger-soft:#3b1d1b;--focus:#7db4ff;
--k1:#e0ac58;--k2:#58c2b8;--k3:#86abf0;--k4:#cf9bdb}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 var(--font);-webkit-text-size-adjust:100%}
h1,h2,h3,p,ul,dl,dd,figure{margin:0;padding:0}ul{list-style:none}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0);white-space:nowrap}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
#zh:checked~div [lang=en],#en:checked~div [lang=zh-CN]{display:none}
.nav{display:flex;align-items:center;gap:4px;height:56px;padding:0 12px 0 18px;background:var(--panel);border-bottom:1px solid var(--line)}
.nav b{margin-right:auto;display:flex;gap:10px;align-items:center;font-size:17px}.nav b svg{color:var(--accent)}.dot{fill:var(--panel)}
.nav label{display:grid;place-items:center;min-width:44px;height:44px;padding:0 12px;border-radius:12px;font-weight:600;color:var(--muted);cursor:pointer}
#zh:checked~div .to-zh,#en:checked~div .to-en{background:var(--soft);color:var(--accent)}
#zh:focus-visible~div .to-zh,#en:focus-visible~div .to-en{outline:2px solid var(--focus);outline-offset:2px}
.page{max-width:1040px;margin:0 auto;padding:24px 20px 48px}
h1{font-size:24px;line-height:1.3}.lead,.hint{color:var(--muted)}.lead{margin:4px 0 18px}.hint{font-size:14px;margin:-8px 0 14px}
.card{background:var(--panel);border:1px solid var(--line);border-radius:16px;padding:20px;margin-bottom:18px}
h2{font-size:17px;margin-bottom:12px}h3{font-size:15px;margin:22px 0 4px}h3:first-of-type{margin-top:0}
.answer{border-left:4px solid var(--accent);font-size:18px;line-height:1.6}
.warning{border-left:4px solid var(--danger);background:var(--danger-soft);color:var(--danger);overflow-wrap:anywhere}
.four{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:12px;margin-bottom:18px}
.four .card{margin:0;padding:16px}.four b{display:block;font-size:24px;line-height:1.3}.four .what{color:var(--muted);font-size:13px}.four p+p,.four b+p{font-size:14px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(380px,100%),1fr));gap:18px;margin-bottom:18px}.pair .card{margin:0}
.bars{display:grid;grid-template-columns:auto minmax(0,1fr) auto;gap:7px 12px;align-items:center;font-size:14px}
.bar{display:contents}.bar>span{color:var(--muted);white-space:nowrap}.bars b{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.bars svg{display:block;width:100%;height:26px}.axis{position:relative;height:16px;font-size:12px;color:var(--muted)}
.axis i{position:absolute;font-style:normal;white-space:nowrap;transform:translateX(-50%)}.axis .first{transform:none}.axis .last{transform:translateX(-100%)}
.grid{stroke:var(--line);stroke-width:1;fill:none;vector-effect:non-scaling-stroke}
.k1{fill:var(--k1)}.k2{fill:var(--k2)}.k3{fill:var(--k3)}.k4{fill:var(--k4)}.far{opacity:.32}
.s1{stroke:var(--k1)}.s2{stroke:var(--k2)}.s3{stroke:var(--k3)}.s4{stroke:var(--k4)}
.s1,.s2,.s3,.s4{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}.thin{stroke-width:1.2}
.s4.d0{stroke-dasharray:10 7}
.s1.d1,.s2.d1,.s3.d1,.s4.d1{stroke-dasharray:7 5}.s1.d2,.s2.d2,.s3.d2,.s4.d2{stroke-dasharray:1.5 5}.s1.d3,.s2.d3,.s3.d3,.s4.d3{stroke-dasharray:9 4 1.5 4}
.area{opacity:.4}
svg.ch{width:100%;height:auto;display:block}svg.ch text{font-size:12px;fill:var(--muted)}
svg .y,svg .end{text-anchor:end}svg .mid{text-anchor:middle}
.narrow{display:none!important}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:14px;margin-top:10px}.legend li{display:flex;gap:8px;align-items:center}.legend svg{width:30px;height:10px}
.small{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(270px,100%),1fr));gap:20px}figcaption{font-size:14px;font-weight:600;margin-bottom:2px}
.scroll{overflow-x:auto;margin:0 -20px}.scroll+p{margin-top:14px}table{width:100%;border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:9px 8px;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}tr>:first-child{padding-left:20px;position:sticky;left:0;background:var(--panel)}tr>:last-child{padding-right:20px}
thead th{font-size:13px;color:var(--muted);white-space:normal;vertical-align:bottom;min-width:72px}th[scope=row]{font-weight:600}td.num,th.num{text-align:right}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:6px 18px;font-size:15px}dt{color:var(--muted)}dd{overflow-wrap:anywhere}
code{font:13px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.card li{font-size:15px;margin:6px 0;padding-left:16px;text-indent:-16px}.card li::before{content:"– ";color:var(--muted)}
.card .legend li{margin:0;padding:0;text-indent:0}.card .legend li::before{content:none}
@media (max-width:719px){.page{padding:18px 12px 36px}.card{padding:16px}.scroll{margin:0 -16px}tr>:first-child{padding-left:16px}tr>:last-child{padding-right:16px}.wide{display:none!important}.narrow{display:block!important}
h1{font-size:21px}.answer{font-size:16px}.four{grid-template-columns:1fr 1fr}.four .card{padding:12px}.four b{font-size:18px}.bars{grid-template-columns:minmax(0,1fr);gap:9px}.bar{display:grid;grid-template:auto auto/minmax(0,1fr) auto;gap:2px 8px}.bar svg,.bar .axis{grid-area:2/1/3/3}.bar svg{height:18px}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:8px}}
@media print{.nav label{display:none}.card{break-inside:avoid}body{background:none}}
)css";

}  // namespace lingerd::sim
