using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Experiments;

/// <summary>
/// A name that is a folder on every system and no option of a command. It has a-z, 0-9, '.', '_', '-', and the '=',
/// ',' and '+' of a sweep's names. It starts with no dash and neither starts nor ends with a dot.
/// </summary>
static class ExperimentName
{
    internal static ValueType<string> Type { get; } =
        PartOfPath.Type(
            "a name of a-z, 0-9, '.', '_' and '-' that starts with no dash and neither starts nor ends with a dot",
            "[a-z0-9_=,+]([a-z0-9._=,+-]*[a-z0-9_=,+-])?"
        );
}
