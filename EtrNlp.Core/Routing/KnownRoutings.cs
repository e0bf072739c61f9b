using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>The routings experiment files can name.</summary>
public static class KnownRoutings
{
    /// <summary>One line per routing.</summary>
    public static Registry<IRouting> All { get; } =
        new(
            "routing",
            HardSharing.Entry,
            SingleTask.Entry,
            Etr.Entry,
            TaskRouting.Entry,
            MaxRoaming.Entry,
            Attentive.Entry,
            LowRank.Entry
        );
}
