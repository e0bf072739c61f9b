using System.Globalization;
using EtrNlp.Tests.Support;

namespace EtrNlp.Tests.Cli;

/// <summary>
/// A table of eight methods on scenes. Ours of method i: a precision of 0.5 + 0.05 i on average over three seeds, with
/// a deviation of 0.01, and a recall of 0.5; so delta_p is 5 i %. The paper's: 0.5 + 0.04 i, 0.5 and 4 i %. The last
/// method has no runs, the one before it lacks a seed.
/// </summary>
sealed class MadeUpTable : IDisposable
{
    /// <summary>With what a format may take for something of its own.</summary>
    public const string OddName = @"50 % & a_{b} #1 ~^\ $x | ""c""";

    public const string Note = "it <cannot> be -- 'as printed'";

    public static readonly string[] Names = ["Conv", "ETR", "ETR 0.25", OddName, "TR", "MR", "SE", "MGDA-UB"];

    static readonly string[] Keys =
    [
        "",
        "routing: {kind: etr, gamma: 0.5}\n",
        "routing: {kind: etr, gamma: 0.25}\n",
        "operation: {kind: lbconv}\n",
        "routing: {kind: task_routing}\n",
        "routing: {kind: max_roaming}\n",
        "routing: {kind: attentive}\n",
        "weighting: {kind: mgda_ub}\n",
    ];

    readonly TemporaryFolder _folder = new();

    public MadeUpTable()
    {
        Directory.CreateDirectory(Files);
        foreach (var (i, name) in Names.Index())
        {
            File.WriteAllText(FileOf(i), Experiment(i, name));
            for (var seed = 0; seed < (i == 7 ? 0 : i == 6 ? 2 : 3); seed++)
            {
                var precision = 0.5 + (0.05 * i) + (0.01 * (seed - 1));
                HandMadeResult.Write(_folder, $"m{i}", seed, precision, 0.5, more: Keys[i]);
            }
        }
    }

    string Files => _folder.File("papers");

    public string Runs => _folder.File("runs");

    public string FileOf(int i) => Path.Combine(Files, $"m{i}.yaml");

    public Task<(int Code, string Output, string Error)> Report(params string[] more) =>
        Etrnlp.Run(["report", "table2", "--files", Files, "--runs", Runs, .. more]);

    public void Dispose() => _folder.Dispose();

    static string Experiment(int i, string name)
    {
        var precision = (0.5 + (0.04 * i)).ToString(CultureInfo.InvariantCulture);
        var delta = i == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", delta_p: {0.04 * i}");
        var rest = i == 3 ? $", note: \"{Note}\", parameters: 12e6, macs: 100e6" : "";
        return HandMadeResult.Experiment($"m{i}", Keys[i])
            + $"seeds: [0, 1, 2]\n{(i == 0 ? "" : "baseline: m0.yaml\n")}"
            + $"paper: {{table: 2, row: 'Scenes: {name}', line: {i + 1}, "
            + $"published: {{attributes.precision: {precision}, attributes.recall: 0.5{delta}}}{rest}}}\n";
    }
}
