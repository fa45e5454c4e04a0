const LIGHT = `--paper:#fff;--ink:#1f2328;--quiet:#59636e;--line:#d1d9e0;--blue:#2f6feb;--green:#1f883d;--logins:#8c959f;
--bad:#cf222e;--warn:#9a6700;--shade:#fff4d6;--alarm:#ffe2e0`;
const DARK = `--paper:#0d1117;--ink:#e6edf3;--quiet:#9aa4b0;--line:#3d444d;--blue:#4b8bff;--green:#2ea043;--logins:#7d8590;
--bad:#ff6b62;--warn:#e3b341;--shade:#2e2610;--alarm:#3d1a1a`;

/** Colours and lines of a picture; light, dark, and light on paper. */
export const PICTURE_STYLE = `
:root{${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--ink)}
.label,.tick{fill:var(--quiet)}
.bad{fill:var(--bad);font-weight:600}
.number{font-size:10px;font-weight:600;text-anchor:middle;fill:var(--paper)}
.rule,.guide{stroke:var(--line);stroke-width:1}
.guide{stroke-dasharray:2 3}
.bar.blue{fill:var(--blue)}
.bar.green{fill:var(--green)}
.bar.nobody{fill:var(--logins)}
.outline{fill:none;stroke:var(--ink);stroke-width:2}
.outline.blue{stroke:var(--blue)}
.outline.green{stroke:var(--green)}
.key{fill:var(--ink);stroke:var(--paper);stroke-width:1.5}
.logins{fill:var(--logins)}
.failed{fill:var(--bad);stroke:var(--bad);stroke-width:2;vector-effect:non-scaling-stroke}
.rolling{fill:var(--shade)}
.reverting,.halted{fill:var(--alarm)}
.mark.step{fill:var(--ink)}
.mark.refusal{fill:var(--warn)}
.mark.fault{fill:var(--bad)}
`.trim();

/** Of the page around the pictures. */
export const PAGE_STYLE = `
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:1.5rem 1.25rem 3rem;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:1.5rem;margin:0 0 .5rem}
h2{font-size:1.15rem;margin:2.5rem 0 .25rem}
.verdict{font-weight:600;border-left:.3rem solid var(--green);padding-left:.75rem;overflow-wrap:anywhere}
.verdict.failed-run{border-color:var(--bad)}
.facts,.figures{color:var(--quiet);margin:.25rem 0 1rem;font-size:.9rem}
.key-line{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;font-size:.85rem;color:var(--quiet)}
.key-line svg{width:1.4rem;height:.9rem;vertical-align:-.1rem;margin-right:.35rem;overflow:visible}
svg.picture{display:block;width:100%;overflow:visible}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;width:100%}
th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:nth-child(2),td:nth-child(2){text-align:left}
th{color:var(--quiet);font-weight:600}
ol.marks{font-size:.9rem;padding-left:1.6rem;overflow-wrap:anywhere}
ol.marks .refusal{color:var(--warn)}
ol.marks .fault{color:var(--bad)}
ol.marks time{color:var(--quiet);font-variant-numeric:tabular-nums;margin-right:.5em}
section{break-inside:avoid}
@media print{body{max-width:none;padding:0;font-size:10pt}}
`.trim();
