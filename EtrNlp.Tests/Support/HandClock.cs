namespace EtrNlp.Tests.Support;

/// <summary>A clock that only a test moves.</summary>
sealed class HandClock : TimeProvider
{
    public TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;
}
