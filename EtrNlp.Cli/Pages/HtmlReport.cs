using System.Reflection;
using System.Text;
using EtrNlp.Core.Charts;
using EtrNlp.Core.Reports;
using EtrNlp.Core.Results;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Pages;

/// <summary>
/// Runs on one page that needs no network and no script: what came out, curves, settings, weights, pictures and
/// environment. The same runs give the same bytes: it holds no date and no path.
/// </summary>
/// <param name="configurations">What is shown, the baseline first.</param>
/// <param name="baseline">The one that others are compared with; null: the one that they name.</param>
/// <param name="leftOut">The number of runs that cannot be read.</param>
sealed class HtmlReport(IReadOnlyList<ShownConfiguration> configurations, SeedGroup? baseline, int leftOut)
{
    const int MostBytes = 2_000_000;
    const string Sheet = "report.css";

    static readonly int[] PointsOfLine = [200, 100, 50, 25];

    /// <summary>The bytes that every page begins with.</summary>
    internal static byte[] Begin { get; } = "<!doctype html>\n<!-- a report of etrnlp -->\n"u8.ToArray();

    /// <summary>The page, with fewer points of long lines where it would be too large otherwise.</summary>
    /// <exception cref="DataException">It is too large with the fewest.</exception>
    internal string Page()
    {
        var (before, after) = (BeforeCurves, AfterCurves);
        return PointsOfLine
                .Select(points => before + new CurveSections(configurations, points).All + after)
                .FirstOrDefault(page => Encoding.UTF8.GetByteCount(page) <= MostBytes)
            ?? throw new DataException(
                FormattableString.Invariant(
                    $"the report of {configurations.Count} configurations has more than {MostBytes / 1e6:F0} MB; "
                ) + "name fewer runs"
            );
    }

    string BeforeCurves
    {
        get
        {
            var title = string.Join(", ", configurations.Take(3).Select(one => one.Name));
            title += configurations.Count > 3 ? " ..." : "";
            return Encoding.UTF8.GetString(Begin)
                + $"""
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <meta name="color-scheme" content="light dark">
                <title>{Html.Text(title)}</title>
                <style>
                {Style}</style>
                </head>
                <body>
                <h1>{Html.Text(title)}</h1>

                """
                + ResultSection.Of(configurations, baseline);
        }
    }

    string AfterCurves => Settings + Pictures.Section(configurations) + Runs + Environment + "</body>\n</html>\n";

    static string Style
    {
        get
        {
            using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Sheet)!);
            return $":root {{ {Variables(dark: false)} }}\n"
                + $"@media (prefers-color-scheme: dark) {{ :root {{ {Variables(dark: true)} }} }}\n"
                + text.ReadToEnd().ReplaceLineEndings("\n");
        }
    }

    static string Variables(bool dark) =>
        string.Join(
            ' ',
            LineStyles.Colors(dark).Index().Select(one => $"{LineStyles.Variable(one.Index)}: {one.Item};")
        );

    string Settings
    {
        get
        {
            var keys = Identity.Differences([.. configurations.Select(one => one.Settings)]).ToArray();
            return Html.Section(
                "Settings that differ",
                "Names and paths do not count.",
                keys.Length == 0
                    ? []
                    :
                    [
                        Html.Table(
                            ["setting", .. configurations.Select(one => one.Name)],
                            keys.Select(key => (IEnumerable<string>)[key.Key, .. key.Values]),
                            ofNumbers: false
                        ),
                    ]
            );
        }
    }

    string Runs =>
        Html.Section(
            "Runs",
            "Epochs are those that the last checkpoint knows of."
                + (leftOut == 0 ? "" : FormattableString.Invariant($" Left out because they are damaged: {leftOut}.")),
            Html.Table(
                ["configuration", "seed", "state", "epochs"],
                configurations.SelectMany(one =>
                    one.Runs.Select(run =>
                        (IEnumerable<string>)
                            [
                                one.Name,
                                $"{run.Seed}",
                                Values.SnakeCase(run.Status.State),
                                FormattableString.Invariant($"{run.Status.Epoch} of {run.Status.Epochs}"),
                            ]
                    )
                )
            )
        );

    string Environment
    {
        get
        {
            var kinds = configurations
                .SelectMany(one => one.Runs)
                .Select(run => run.Software)
                .Where(software => software.Count > 0)
                .GroupBy(software => string.Join('\n', software))
                .Select(group => (Software: group.First().ToDictionary(), Runs: group.Count()))
                .ToArray();
            return Html.Section(
                "Environment",
                "What the runs were last computed with.",
                kinds.Length == 0
                    ? []
                    :
                    [
                        Html.Table(
                            ["", .. kinds.Select(kind => kind.Runs == 1 ? "1 run" : $"{kind.Runs} runs")],
                            kinds
                                .SelectMany(kind => kind.Software.Keys)
                                .Distinct()
                                .Select(key =>
                                    kinds.Select(kind => kind.Software.GetValueOrDefault(key, "")).Prepend(key)
                                ),
                            ofNumbers: false
                        ),
                    ]
            );
        }
    }
}
