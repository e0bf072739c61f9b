using System.Globalization;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Tensorboard;
using static Tensorboard.SummaryMetadata.Types;
using HyperParameter = Google.Protobuf.WellKnownTypes.Value;
using SummaryValue = Tensorboard.Summary.Types.Value;

namespace EtrNlp.Core.EventFiles;

/// <summary>
/// The messages by which TensorBoard's table of hyper-parameters knows a run. TorchSharp has no classes of them; their
/// numbers are those of <c>tensorboard/plugins/hparams/plugin_data.proto</c>.
/// </summary>
static class HyperParameters
{
    const string Plugin = "hparams";
    const int SessionStart = 3;
    const int SessionEnd = 4;
    const int StartTime = 5;
    const int Status = 1;
    const int Success = 1;
    const int EndTime = 2;

    /// <summary>What a run is of: every key of its experiment that is no name and no path, and its seed.</summary>
    internal static SummaryValue Start(ExperimentFile file, int? seed, double seconds)
    {
        // A Struct is written as the map is that SessionStartInfo begins with.
        var settings = new Struct();
        foreach (var (key, value) in Leaves(file.Resolved, ""))
        {
            settings.Fields[key] = value;
        }

        if (seed is { } number)
        {
            settings.Fields["seed"] = HyperParameter.ForNumber(number);
        }

        return Message(
            "session_start_info",
            SessionStart,
            inner =>
            {
                settings.WriteTo(inner);
                Write(inner, StartTime, seconds);
            }
        );
    }

    /// <summary>That it is done.</summary>
    internal static SummaryValue End(double seconds) =>
        Message(
            "session_end_info",
            SessionEnd,
            inner =>
            {
                inner.WriteTag(Status, WireFormat.WireType.Varint);
                inner.WriteEnum(Success);
                Write(inner, EndTime, seconds);
            }
        );

    static SummaryValue Message(string name, int number, Action<CodedOutputStream> write)
    {
        var inner = Bytes(write);
        var content = Bytes(outer =>
        {
            outer.WriteTag(number, WireFormat.WireType.LengthDelimited);
            outer.WriteBytes(inner);
        });
        return new SummaryValue
        {
            Tag = $"_hparams_/{name}",
            Metadata = new SummaryMetadata { PluginData = new PluginData { PluginName = Plugin, Content = content } },
        };
    }

    static ByteString Bytes(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var stream = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(stream);
        }

        return ByteString.CopyFrom(bytes.ToArray());
    }

    static void Write(CodedOutputStream to, int number, double value)
    {
        to.WriteTag(number, WireFormat.WireType.Fixed64);
        to.WriteDouble(value);
    }

    static IEnumerable<(string Key, HyperParameter Value)> Leaves(ConfigNode node, string key) =>
        node is MapNode map
            ? map.Entries.Where(entry => !entry.Cosmetic)
                .SelectMany(entry => Leaves(entry.Value, Section.Join(key, entry.Key)))
            : [(key, Leaf(node))];

    static HyperParameter Leaf(ConfigNode node) =>
        node switch
        {
            ScalarNode { Text: "true" or "false" } scalar => HyperParameter.ForBool(
                scalar.Text == "true"
            ),
            ScalarNode { Text: { } text } => double.TryParse(text, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number) // a name may be nan
                ? HyperParameter.ForNumber(number)
                : HyperParameter.ForString(text),
            _ => HyperParameter.ForString(Identity.Text(node)),
        };
}
