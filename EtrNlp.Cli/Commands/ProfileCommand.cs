using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Profiling;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using Spectre.Console;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp profile FILE</c>: #P and #F of a network, computed from its plan; no libtorch, no data where the file
/// gives the image size.
/// </summary>
sealed class ProfileCommand : ExampleCommand
{
    readonly Argument<string> _file = CommonOptions.File();
    readonly Option<string[]> _set = CommonOptions.Set();
    readonly Option<bool> _verbose = new("--verbose") { Description = "Layer by layer." };

    readonly Option<string?> _match = new("--match")
    {
        Description = "Find the backbone.width at which #F is nearest to that of another experiment file.",
        HelpName = "file",
    };

    readonly Option<bool> _json = CommonOptions.Json();

    ProfileCommand()
        : base(
            "profile",
            "Count a network's parameters (#P) and multiply-accumulates (#F); "
                + "nothing is trained and no data is needed.",
            "etrnlp profile experiments/smoke.yaml --set dataset.image_size=64 --verbose"
        )
    {
        Add(_file);
        Add(_set);
        Add(_verbose);
        Add(_match);
        Add(_json);
        SetAction(Run);
    }

    internal static Command Create() => new ProfileCommand();

    int Run(ParseResult parse)
    {
        var (output, verbose) = (parse.InvocationConfiguration.Output, parse.GetValue(_verbose));
        var one = ExperimentChecks.Check([parse.GetRequiredValue(_file)], parse.GetValue(_set) ?? [], data: null)[0];
        Array.ForEach([.. one.Notices], parse.Notices().WriteLine);
        var matched = parse.GetValue(_match) is { } other ? Match(one, other) : null;
        if (parse.GetValue(_json))
        {
            JsonOutput.Write(output, Json(one, matched, verbose));
            return ExitCode.Done;
        }

        Print(output, one, verbose);
        if (matched is not null)
        {
            output.Write(Text(matched) + output.NewLine);
        }

        return ExitCode.Done;
    }

    static Matched Match(CheckedExperiment one, string path)
    {
        var other = ExperimentChecks.Check([path], one.File.InheritedOverrides, data: null)[0];
        var experiment = one.File.Experiment;
        return new Matched(other, WidthMatch.Find(experiment, experiment.Dataset.Size, other.Plan.Macs));
    }

    static string Text(Matched matched)
    {
        var (other, macs, nearest) = (matched.Other.File.Experiment, matched.Other.Plan.Macs, matched.Nearest);
        var difference = Signed(((double)nearest.Macs / macs) - 1);
        return FormattableString.Invariant(
            $"""
            {macs:N0} MACs of {other.Name}, images of {other.Dataset.Size}
            backbone.width={nearest.Width} comes nearest: {nearest.Macs:N0} MACs ({difference})
            """
        );
    }

    static void Print(TextWriter output, CheckedExperiment one, bool verbose)
    {
        var plan = one.Plan;
        if (verbose)
        {
            PrintLayers(output, plan);
        }

        output.WriteLine($"{one.File.Experiment.Name}, images of {one.File.Experiment.Dataset.Size}");
        var pass = plan.Lanes.IsEmpty ? "one task's forward pass" : "the one pass for all tasks";
        output.WriteLine(Number("parameters", plan.ActiveParameters, $"{pass} and every head"));
        output.WriteLine(Number("of all tasks", plan.TotalParameters, $"norm {plan.NormMode}"));
        output.WriteLine($"{"channels",-13}{string.Join(", ", LayerSummary.Widths(plan))}   {WidthOf(one)}");
        output.WriteLine(Number("MACs", plan.Macs, $"one image, {pass} and every head"));
        if (PaperCountsOf(one) is { } paper)
        {
            Print(output, paper);
        }
    }

    static PaperCounts? PaperCountsOf(CheckedExperiment one)
    {
        try
        {
            return PaperCounts.Of(one.File.Experiment, one.Plan);
        }
        catch (InvalidSettingException e)
        {
            throw one.File.At(e);
        }
    }

    static void Print(TextWriter output, PaperCounts paper)
    {
        if (paper.Row.Parameters is { } parameters)
        {
            var ours = $"ours {Signed(paper.Active)}, of all tasks {Signed(paper.Total)}";
            output.WriteLine(Number("paper's #P", (long)parameters, $"{ours} ({paper.Row.Title})"));
        }

        if (paper is { Row.Macs: { } macs, Macs: { } counted })
        {
            var ours = FormattableString.Invariant($"ours {Signed(paper.MacsDifference)}: {counted:N0}");
            output.WriteLine(Number("paper's #F", (long)macs, $"{ours} for images of {PaperRow.CountedSize}"));
        }
    }

    static string Signed(double? fraction) => FormattableString.Invariant($"{fraction:+0.00%;-0.00%;0.00%}");

    static string WidthOf(CheckedExperiment one)
    {
        var (width, groups) = (one.File.Experiment.Backbone.Width, one.File.Experiment.Operation.Groups);
        var rounding = groups is null or 1 ? "" : $", in multiples of the operation's {groups} groups";
        return FormattableString.Invariant($"backbone.width={width}{rounding}");
    }

    static string Number(string name, long value, string remark) =>
        FormattableString.Invariant($"{name,-13}{value,15:N0}   {remark}");

    static void PrintLayers(TextWriter output, NetworkPlan plan)
    {
        var table = Screen.NewTable(
            ("layer", Justify.Left),
            ("kind", Justify.Left),
            ("input", Justify.Right),
            ("output", Justify.Right),
            ("shared #P", Justify.Right),
            ("task's #P", Justify.Right),
            ("MACs", Justify.Right)
        );
        foreach (var layer in LayerSummary.Of(plan))
        {
            table.AddTexts(
                layer.Name,
                layer.Kind,
                $"{layer.Input}",
                $"{layer.Output}",
                Count(layer.SharedParameters),
                Count(layer.TaskParameters),
                Count(layer.Macs)
            );
        }

        Screen.Write(output, table);
    }

    static string Count(long value) => FormattableString.Invariant($"{value:N0}");

    static JsonObject Json(CheckedExperiment one, Matched? matched, bool verbose)
    {
        var size = one.File.Experiment.Dataset.Size;
        var json = ResultFile.Counts(one.Plan);
        json.Insert(0, "name", one.File.Experiment.Name);
        json.Insert(1, "image_size", new JsonArray(size.Height, size.Width));
        json.Insert(2, "width", one.File.Experiment.Backbone.Width);
        json.Insert(3, "channels", JsonOutput.Array(LayerSummary.Widths(one.Plan).Select(count => (JsonNode?)count)));
        if (matched is { Other: var other, Nearest: var nearest })
        {
            json["match"] = new JsonObject
            {
                ["name"] = other.File.Experiment.Name,
                ["macs"] = other.Plan.Macs,
                ["nearest"] = new JsonObject { ["width"] = nearest.Width, ["macs"] = nearest.Macs },
            };
        }

        if (PaperCountsOf(one) is { } paper)
        {
            json[Experiment.PaperName] = new JsonObject
            {
                ["table"] = paper.Row.Table,
                ["row"] = paper.Row.Row,
                ["parameters"] = paper.Row.Parameters,
                ["macs"] = paper.Row.Macs,
                ["our_macs"] = paper.Macs,
            };
        }

        if (verbose)
        {
            json["layers"] = JsonOutput.Array(LayerSummary.Of(one.Plan).Select(Json));
        }

        return json;
    }

    static JsonObject Json(LayerSummary layer) =>
        new()
        {
            ["name"] = layer.Name,
            ["kind"] = layer.Kind,
            ["input"] = Json(layer.Input),
            ["output"] = Json(layer.Output),
            ["parameters"] = new JsonObject { ["shared"] = layer.SharedParameters, ["task"] = layer.TaskParameters },
            ["macs"] = layer.Macs,
        };

    // Another experiment, and the width at which this one's network comes nearest to it.
    sealed record Matched(CheckedExperiment Other, WidthMatch Nearest);

    static JsonArray Json(FeatureShape shape) => new(shape.Channels, shape.Height, shape.Width);
}
