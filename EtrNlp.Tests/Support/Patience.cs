namespace EtrNlp.Tests.Support;

/// <summary>How long tests wait at most for what is bound to happen, however busy the machine is.</summary>
static class Patience
{
    /// <summary>Ten minutes.</summary>
    public const int Milliseconds = 600_000;
}
