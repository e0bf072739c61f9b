using EtrNlp.Data.Randomness;
using NUnit.Framework;

namespace EtrNlp.Tests.Randomness;

/// <summary>
/// Expected numbers come from an independent implementation in Python 3.11 (hashlib, struct, integers), unless worked
/// by hand.
/// </summary>
public sealed class RandomStreamTests
{
    [Test]
    public void The_generator_is_xoshiro256_starstar()
    {
        // First value by hand: rotl(2 * 5, 7) * 9 = 10 * 128 * 9 = 11520; then s1 = 2 ^ (3 ^ 1) = 0, hence 0.
        ulong[] expected =
        [
            11520,
            0,
            1509978240,
            1215971899390074240,
            1216172134540287360,
            607988272756665600,
            16172922978634559625,
            8476171486693032832,
            10595114339597558777,
            2904607092377533576,
        ];

        var stream = new RandomStream(1, 2, 3, 4);

        Assert.That(Draw(stream, expected.Length), Is.EqualTo(expected));
    }

    [Test]
    public void The_state_is_SHA_256_of_the_key()
    {
        ulong[] first = [14634550082742197285, 3707369764932121590, 1720885950734919067];
        ulong[] second = [17407707811084753725, 2580683913002733852];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Draw(RandomStream.For(-7, "init", "stem.weight", 3), 3), Is.EqualTo(first));
            Assert.That(Draw(RandomStream.For(1, "ä"), 2), Is.EqualTo(second));
        }
    }

    [Test]
    public void Doubles_are_the_upper_53_bits() =>
        Assert.That(RandomStream.For(1, "noise").NextDouble(), Is.EqualTo(0.35319224432633467));

    [Test]
    public void Gaussians_follow_the_polar_method()
    {
        double[] expected =
        [
            -0.223943761159993,
            -1.452694080992926,
            -1.1591689426637983,
            -1.063750542366805,
            -0.012547900284822631,
        ];
        var stream = RandomStream.For(1, "noise");

        double[] drawn = [.. expected.Select(_ => stream.NextGaussian())];

        Assert.That(drawn, Is.EqualTo(expected).Within(1e-15)); // the two logarithms may differ in the last bit
    }

    [Test]
    public void Every_part_of_the_key_matters()
    {
        ulong[] first =
        [
            .. new[]
            {
                RandomStream.For(1, "a", "bc", 2),
                RandomStream.For(1, "ab", "c", 2),
                RandomStream.For(1, "abc", "", 2),
                RandomStream.For(1, "", "abc", 2),
                RandomStream.For(2, "a", "bc", 1),
                RandomStream.For(1, "a", "bc", 3),
            }.Select(stream => stream.NextUInt64()),
        ];

        Assert.That(first, Is.Unique);
    }

    [Test]
    public void The_same_key_gives_the_same_stream()
    {
        var first = RandomStream.For(5, "order", "train", 9);
        var second = RandomStream.For(5, "order", "train", 9);

        Assert.That(Draw(first, 20), Is.EqualTo(Draw(second, 20)));
    }

    [Test]
    public void A_stream_continues_from_its_state()
    {
        var stream = RandomStream.For(1, "noise");
        stream.NextGaussian();
        var (s0, s1, s2, s3) = stream.State;

        var continued = new RandomStream(s0, s1, s2, s3);

        Assert.That(continued.NextGaussian(), Is.EqualTo(stream.NextGaussian()));
    }

    // The first four numbers of SplitMix64 from the state 0, as Vigna's splitmix64.c prints them.
    [Test]
    public void The_stream_of_a_thing_is_seeded_by_SplitMix64() =>
        Assert.That(
            new RandomStream(0, 1, 2, 3).Of(0).State,
            Is.EqualTo((0xE220A8397B1DCDAFul, 0x6E789E6AA1B965F4ul, 0x06C45D188009454Ful, 0xF88BB8A8724C81ECul))
        );

    [Test]
    public void Things_have_streams_of_their_own_and_leave_the_shared_one_where_it_was()
    {
        var shared = RandomStream.For(1, "test");
        var before = shared.State;

        Assert.That(Enumerable.Range(0, 1000).Select(thing => shared.Of(thing).NextUInt64()), Is.Unique);
        Assert.That(shared.State, Is.EqualTo(before));
    }

    [Test]
    public void An_all_zero_state_is_refused() =>
        Assert.That(() => new RandomStream(0, 0, 0, 0), Throws.ArgumentException);

    [Test]
    public void Integers_are_uniform()
    {
        // 60,000 draws of 6: each expected 10,000 times, standard deviation sqrt(60000 * 1/6 * 5/6) = 91.
        var counts = new int[6];
        var stream = RandomStream.For(1, "dice");
        for (var i = 0; i < 60_000; i++)
        {
            counts[stream.NextInt(6)]++;
        }

        Assert.That(counts, Is.All.InRange(10_000 - 5 * 91, 10_000 + 5 * 91));
    }

    [TestCase(1)]
    [TestCase(int.MaxValue)]
    public void Integers_stay_below_their_limit(int limit)
    {
        var stream = RandomStream.For(1, "limit");

        Assert.That(Enumerable.Range(0, 100).Select(_ => stream.NextInt(limit)), Is.All.InRange(0, limit - 1));
    }

    [Test]
    public void An_integer_below_nothing_is_refused() =>
        Assert.That(() => RandomStream.For(1, "limit").NextInt(0), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Uniform_values_fill_their_interval()
    {
        var values = new float[100_000];
        RandomStream.For(1, "uniform").FillUniform(values, -1, 3);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(values, Is.All.InRange(-1f, 3f));
            // deviation 4 / sqrt(12 n)
            Assert.That(values.Average(), Is.EqualTo(1).Within(5 * 4 / Math.Sqrt(12 * 100_000.0)));
            Assert.That(values.Min(), Is.LessThan(-0.99));
            Assert.That(values.Max(), Is.GreaterThan(2.99));
        }
    }

    // The second number of this state is 0, as above: no square root of the ratio is taken.
    [Test]
    public void Logarithmic_values_are_the_power_of_the_ratio_that_a_double_would_be()
    {
        var (stream, doubles) = (RandomStream.For(1, "log"), RandomStream.For(1, "log"));
        var least = new RandomStream(1, 2, 3, 4);
        least.NextUInt64();

        Assert.That(least.LogUniform(2, 8), Is.EqualTo(2));
        for (var i = 0; i < 1000; i++)
        {
            // 53 factors, each rounded, and a root whose error halves from one to the next
            var expected = 1e-4 * Math.Pow(1e4, doubles.NextDouble());
            Assert.That(stream.LogUniform(1e-4, 1), Is.EqualTo(expected).Within(60 * 2.3e-16 * expected));
        }
    }

    [Test]
    public void Gaussian_values_have_the_normal_moments()
    {
        // Deviations of the estimates for n = 100,000: mean 1/sqrt(n), variance sqrt(2/n), fourth moment sqrt(96/n); 5
        // of each are allowed.
        var values = new float[100_000];
        RandomStream.For(1, "gaussian").FillGaussian(values, 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(values.Average(), Is.Zero.Within(0.0159));
            Assert.That(values.Average(x => (double)x * x), Is.EqualTo(1).Within(0.0224));
            Assert.That(values.Average(x => (double)x * x * x * x), Is.EqualTo(3).Within(0.155));
        }
    }

    [Test]
    public void A_standard_deviation_scales()
    {
        var unit = new float[10];
        var scaled = new float[10];
        RandomStream.For(1, "scale").FillGaussian(unit, 1);
        RandomStream.For(1, "scale").FillGaussian(scaled, 0.25);

        Assert.That(scaled, Is.EqualTo(unit.Select(value => value / 4)));
    }

    [Test]
    public void All_orders_are_equally_likely()
    {
        // 24,000 shuffles of three: six orders, each expected 4,000 times, deviation sqrt(24000 * 1/6 * 5/6) = 58.
        var stream = RandomStream.For(1, "shuffle");
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 24_000; i++)
        {
            char[] letters = ['a', 'b', 'c'];
            stream.Shuffle(letters.AsSpan());
            var order = new string(letters);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(counts, Has.Count.EqualTo(6));
            Assert.That(counts.Values, Is.All.InRange(4000 - 5 * 58, 4000 + 5 * 58));
        }
    }

    static ulong[] Draw(RandomStream stream, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => stream.NextUInt64())];
}
