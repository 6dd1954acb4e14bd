using System.Net;
using System.Text;

namespace LoopRig.Training;

/// <summary>One HTML page that holds everything it shows: no script, no other file, no network.</summary>
/// <param name="title">Its title and headline.</param>
public sealed class Page(string title)
{
    private const string Style =
        "body{font:14px/1.45 system-ui,sans-serif;color:#1d2433;background:#fff;max-width:1320px;margin:24px auto;padding:0 20px}"
        + "h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 6px;border-bottom:1px solid #d8dde6;padding-bottom:3px}p{margin:6px 0}"
        + "table{display:block;overflow-x:auto;border-collapse:collapse;margin:8px 0}th,td{padding:3px 12px 3px 0;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
        + "th:first-child,td:first-child{text-align:left}th{border-bottom:1px solid #8b94a7;font-weight:600}tr:nth-child(even) td{background:#f5f7fa}td.best{font-weight:700}"
        + ".bad{color:#b42318}.good{color:#18794e}.charts{display:flex;flex-wrap:wrap;gap:10px}"
        + "svg{border:1px solid #e3e7ee;background:#fff}svg text{font:11px system-ui,sans-serif;fill:#3b4252}svg text.title{font-size:13px;font-weight:600;fill:#1d2433}svg .grid{stroke:#e8ebf1;stroke-width:1}"
        + "figure{margin:0 0 6px}figure img{display:block;image-rendering:pixelated;border:1px solid #d8dde6}figcaption{font-size:12px;color:#3b4252;line-height:1.3}";

    private readonly StringBuilder _body = new();

    /// <summary>A heading.</summary>
    public Page Heading(string text) => Raw($"<h2>{WebUtility.HtmlEncode(text)}</h2>");

    /// <summary>A paragraph.</summary>
    /// <param name="text">What it says.</param>
    /// <param name="kind">"good", "bad" or nothing.</param>
    public Page Paragraph(string text, string kind = "") => Raw($"<p class='{kind}'>{WebUtility.HtmlEncode(text)}</p>");

    /// <summary>Charts in a row, which wraps.</summary>
    public Page Charts(params IEnumerable<Chart> charts) => Raw($"<div class='charts'>{string.Concat(charts)}</div>");

    /// <summary>A table; a cell that begins with '*' is the best of its column.</summary>
    public Page Table(IEnumerable<string> head, IEnumerable<IEnumerable<string>> rows)
    {
        _body.Append("<table><tr>").AppendJoin("", head.Select(static cell => $"<th>{WebUtility.HtmlEncode(cell)}</th>")).Append("</tr>");
        foreach (IEnumerable<string> row in rows)
            _body.Append("<tr>").AppendJoin("", row.Select(static cell => cell.StartsWith('*') ? $"<td class='best'>{WebUtility.HtmlEncode(cell[1..])}</td>" : $"<td>{WebUtility.HtmlEncode(cell)}</td>")).Append("</tr>");
        return Raw("</table>");
    }

    /// <summary>Pictures in rows, each with a caption.</summary>
    /// <param name="pictures">PNG bytes and what stands below.</param>
    /// <param name="width">Of each on the page, px; their pixels stay sharp.</param>
    public Page Figures(IEnumerable<(byte[] Png, string Caption)> pictures, int width)
    {
        _body.Append("<div class='charts'>");
        foreach ((byte[] png, string caption) in pictures)
            _body.Append(System.Globalization.CultureInfo.InvariantCulture, $"<figure style='width:{width}px'><img width='{width}' alt='{WebUtility.HtmlEncode(caption)}' src='data:image/png;base64,{Convert.ToBase64String(png)}'><figcaption>{WebUtility.HtmlEncode(caption)}</figcaption></figure>");
        return Raw("</div>");
    }

    /// <summary>The page.</summary>
    public override string ToString() =>
        $"<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'><link rel='icon' href='data:,'><title>{WebUtility.HtmlEncode(title)}</title><style>{Style}</style></head>"
        + $"<body><h1>{WebUtility.HtmlEncode(title)}</h1>{_body}</body></html>\n";

    private Page Raw(string html)
    {
        _body.Append(html);
        return this;
    }
}
