using System.Text.Json.Nodes;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>Runs that have no result, below the table of those that have: why, and what each said last.</summary>
static class FailedRunList
{
    /// <summary>For people.</summary>
    internal static IEnumerable<IRenderable> Text(IEnumerable<FailedRun> failed) =>
        failed.SelectMany(one => WithLog.Lines(Headline(one), one.LastLines)).Select(line => new Text(line));

    /// <summary>The lines of the same in Markdown.</summary>
    internal static IEnumerable<string> Markdown(IEnumerable<FailedRun> failed) =>
        failed.SelectMany(one =>
            new[] { "", Headline(one) }
                .Concat(one.LastLines.Count == 0 ? [] : ["", .. one.LastLines.Select(line => $"    {line}")])
                .Select(Printable.Line)
        );

    /// <summary>For programs.</summary>
    internal static JsonArray Json(IEnumerable<FailedRun> failed) =>
        JsonOutput.Array(
            failed.Select(one => new JsonObject
            {
                ["name"] = one.Run.Configuration.Name,
                ["seed"] = one.Run.Seed,
                ["reason"] = one.Reason,
                ["last_lines"] = JsonOutput.Array(one.LastLines),
            })
        );

    static string Headline(FailedRun one) => $"{one.Run.Title}: {one.Reason}";
}
