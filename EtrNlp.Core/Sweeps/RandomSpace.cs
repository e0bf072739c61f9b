using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Core.Sweeps;

/// <summary>
/// Random search (Bergstra and Bengio, 2012): n draws of several keys together, all different. Each value comes from a
/// stream of its own, by seed, key and position: a larger n only adds draws, another key changes none of the others'.
/// </summary>
static class RandomSpace
{
    const string Purpose = "random search";
    const int MostDraws = 10_000;
    const int TriesPerDraw = 100;

    static readonly Setting<int> NKey = new("n", "draws, all different", Values.Integer(1, MostDraws));
    static readonly Setting<int> SeedKey = new("seed", "another one draws others", Values.Integer(min: 0), "0");

    static readonly Setting<ImmutableArray<Dimension>> SpaceKey = new(
        "space",
        "path.to.key: {uniform | log_uniform | int_uniform: [low, high]} or {choice: [values...]}",
        SpaceType()
    );

    /// <summary>{n, seed, space}: the draws, as one axis.</summary>
    internal static ValueType<SweepAxis> Type { get; } =
        Values.Record(
            [NKey, SeedKey, SpaceKey],
            values => Draw(values.Get(NKey), values.Get(SeedKey), values.Get(SpaceKey))
        );

    static SweepAxis Draw(int n, int seed, ImmutableArray<Dimension> space)
    {
        var (seen, draws) = (new HashSet<string>(), new List<SweepValue>());
        for (var position = 0; draws.Count < n && position < TriesPerDraw * n; position++)
        {
            var draw = new SweepValue(
                null,
                space[0].Place,
                [.. space.Select(one => one.Draw(RandomStream.For(seed, Purpose, one.Key, position)))]
            );
            if (seen.Add(SweepAxis.Distinct(draw)))
            {
                draws.Add(draw);
            }
        }

        return draws.Count == n
            ? new SweepAxis([.. draws])
            : throw new InvalidSettingException(
                NKey.Name,
                FormattableString.Invariant(
                    $"{TriesPerDraw * n:N0} draws of this space gave {draws.Count:N0} different configurations; "
                ) + "ask for as many at most, or widen the space"
            );
    }

    static ValueType<ImmutableArray<Dimension>> SpaceType()
    {
        const string Expected = "a mapping of at least one path.to.key to what its values are drawn from";
        return new(
            Expected,
            Mappings.Of(Distributions.Type).Schema,
            (node, key, reading) =>
                node is not MapNode { Entries.Length: > 0 } map
                    ? Values.Refuse<ImmutableArray<Dimension>>(node, key, reading, Expected)
                : Mappings.Of(Distributions.Type).Read(node, key, reading) is { } read
                    ? new([.. map.Entries.Zip(read.Value, Dimension.Of)], node)
                : null
        );
    }

    // One key, where it was written, and what its values are drawn from.
    sealed record Dimension(string Key, Place Place, Distribution Distribution)
    {
        public static Dimension Of(MapEntry written, KeyValuePair<string, Distribution> read) =>
            new(read.Key, written.Place, read.Value);

        public SweepSetting Draw(RandomStream stream)
        {
            var (label, node) = Distribution(stream);
            return new SweepSetting(Key, Place, node.MovedTo(Place), label);
        }
    }
}
