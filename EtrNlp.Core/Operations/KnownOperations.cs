using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>The operations experiment files can name.</summary>
public static class KnownOperations
{
    /// <summary>One line per operation.</summary>
    public static Registry<IOperation> All { get; } =
        new(
            "operation",
            Conv.Entry,
            LbConv.Entry,
            ShiftModule.Entry,
            DepthWise.Entry,
            Ghost.Entry,
            Nlp.Entry
        );
}
