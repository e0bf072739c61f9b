using System.Globalization;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace EtrNlp.Tests.Support;

/// <summary>Properties of values that every run draws anew. A failure that is found is kept as a case.</summary>
static class Properties
{
    // The seed to draw from, to see a failure again.
    const string SeedVariable = "ETRNLP_PROPERTY_SEED";

    const ulong Increment = 0x9E3779B97F4A7C15; // of the generator, an odd number

    /// <summary>Draws so many values and fails with the smallest one found that does not have the property.</summary>
    public static void Hold<T>(Gen<T> values, int count, Func<T, Property> property)
    {
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } given
            ? ulong.Parse(given, CultureInfo.InvariantCulture)
            : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        TestContext.Out.WriteLine($"{SeedVariable}={seed}");
        var config = Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(seed, Increment);
        Check.One(config, Prop.ForAll(values.ToArbitrary(), property));
    }

    /// <summary>The same of a property that speaks for itself.</summary>
    public static void Hold<T>(Gen<T> values, int count, Func<T, bool> property) =>
        Hold(values, count, value => property(value).ToProperty());
}
