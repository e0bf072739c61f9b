using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Planning;
using EtrNlp.Core.Runs;
using Spectre.Console;

namespace EtrNlp.Cli;

/// <summary><c>etrnlp profile FILE</c>: #P and #F of a network, computed from its plan; no libtorch, no data where the file gives the image size.</summary>
static class ProfileCommand
{
    internal static Command Create()
    {
        var (file, set, json) = (CommonOptions.File(), CommonOptions.Set(), CommonOptions.Json());
        var verbose = new Option<bool>("--verbose") { Description = "Layer by layer." };
        var command = new ExampleCommand(
            "profile", "Count a network's parameters (#P) and multiply-accumulates (#F); nothing is trained and no data is needed.",
            "etrnlp profile experiments/smoke.yaml --set dataset.image_size=64 --verbose")
        {
            file, set, verbose, json,
        };
        command.SetAction(parse =>
        {
            var one = ExperimentChecks.Check([parse.GetRequiredValue(file)], parse.GetValue(set) ?? [], withData: false)[0];
            Array.ForEach([.. one.Notices], parse.Notices().WriteLine);
            var output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(json))
            {
                JsonOutput.Write(output, Json(one, parse.GetValue(verbose)));
            }
            else
            {
                Print(output, one, parse.GetValue(verbose));
            }

            return ExitCode.Done;
        });
        return command;
    }

    static void Print(TextWriter output, CheckedExperiment one, bool verbose)
    {
        var plan = one.Plan;
        if (verbose)
        {
            PrintLayers(output, plan);
        }

        output.WriteLine($"{one.File.Experiment.Name}, images of {one.File.Experiment.Dataset.Size}");
        output.WriteLine(Number("parameters", plan.ActiveParameters, "one task's forward pass and every head"));
        output.WriteLine(Number("of all tasks", plan.TotalParameters, $"norm {plan.NormMode}"));
        output.WriteLine(Number("MACs", plan.Macs, "one image, one task's forward pass and every head"));
    }

    static string Number(string name, long value, string remark) => FormattableString.Invariant($"{name,-13}{value,15:N0}   {remark}");

    static void PrintLayers(TextWriter output, NetworkPlan plan)
    {
        var table = Screen.NewTable(
            ("layer", Justify.Left), ("kind", Justify.Left), ("input", Justify.Right), ("output", Justify.Right),
            ("shared #P", Justify.Right), ("task's #P", Justify.Right), ("MACs", Justify.Right));
        foreach (var layer in LayerSummary.Of(plan))
        {
            table.AddTexts(layer.Name, layer.Kind, $"{layer.Input}", $"{layer.Output}", Count(layer.SharedParameters), Count(layer.TaskParameters), Count(layer.Macs));
        }

        Screen.Write(output, table);
    }

    static string Count(long value) => FormattableString.Invariant($"{value:N0}");

    static JsonObject Json(CheckedExperiment one, bool verbose)
    {
        var size = one.File.Experiment.Dataset.Size;
        var json = ResultFile.Counts(one.Plan);
        json.Insert(0, "name", one.File.Experiment.Name);
        json.Insert(1, "image_size", new JsonArray(size.Height, size.Width));
        if (verbose)
        {
            json["layers"] = JsonOutput.Array(LayerSummary.Of(one.Plan).Select(Json));
        }

        return json;
    }

    static JsonObject Json(LayerSummary layer) => new()
    {
        ["name"] = layer.Name,
        ["kind"] = layer.Kind,
        ["input"] = Json(layer.Input),
        ["output"] = Json(layer.Output),
        ["parameters"] = new JsonObject { ["shared"] = layer.SharedParameters, ["task"] = layer.TaskParameters },
        ["macs"] = layer.Macs,
    };

    static JsonArray Json(FeatureShape shape) => new(shape.Channels, shape.Height, shape.Width);
}
