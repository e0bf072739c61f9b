namespace EtrNlp.Tests.Golden;

/// <summary>
/// What the golden file asks about and the project does not have yet. Cases that need it are no tests. It must be empty
/// when the methods are done.
/// </summary>
static class MissingKinds
{
    /// <summary>Names as <see cref="KnownKinds.NeededFor"/> gives them.</summary>
    public static readonly string[] Names = [];
}
