using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Tasks;

/// <summary>The types of task experiment files can name.</summary>
public static class KnownTaskKinds
{
    /// <summary>One line per type.</summary>
    public static Registry<ITaskKind> All { get; } =
        new("task type", Attributes.Entry, Choice.Entry, OneVsRest.Entry, Classes.Entry, Depth.Entry, Normals.Entry);
}
