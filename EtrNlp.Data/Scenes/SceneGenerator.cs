using System.Numerics;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Data.Scenes;

/// <summary>Draws scenes: each is a function of seed, split and index alone.</summary>
/// <remarks>
/// The choices depend on each other, as in the world: trees are mostly green and stand on grass, dim light goes with a
/// dark sky.
/// </remarks>
public static class SceneGenerator
{
    /// <summary>
    /// Counts every change of what is drawn or rendered for the same key: scenes of another version are other data.
    /// </summary>
    public const int Version = 1;

    const double NearZ = 3.8; // metres to the main solid: it then fills a third to a half of the picture's height

    static readonly (SurfaceKind Kind, double Share, Hue Favourite)[] Kinds =
    [
        (SurfaceKind.Sphere, 0.13, Hue.Red),
        (SurfaceKind.Egg, 0.08, Hue.White),
        (SurfaceKind.Dome, 0.08, Hue.Blue),
        (SurfaceKind.Snowman, 0.10, Hue.White),
        (SurfaceKind.Cone, 0.10, Hue.Yellow),
        (SurfaceKind.Pyramid, 0.10, Hue.Yellow),
        (SurfaceKind.Tree, 0.10, Hue.Green),
        (SurfaceKind.Mushroom, 0.08, Hue.Red),
        (SurfaceKind.Box, 0.15, Hue.Blue),
        (SurfaceKind.Cylinder, 0.08, Hue.Purple),
    ];

    /// <summary>The scene with a number, from 0, in a split.</summary>
    public static Scene Generate(long seed, string split, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var random = RandomStream.For(seed, "scene", split, index);
        var kind = DrawKind(random);
        var large = random.Chance(0.5);
        var side =
            random.Chance(0.3) ? 0
            : random.Chance(0.5) ? -1
            : 1;
        var pedestal = random.Chance(large ? 0.3 : 0.5) ? 0.45f : 0;
        var main = DrawMain(random, kind, large, side, Scene.GroundY - pedestal);
        var light = DrawLight(random, side);
        var ground = DrawGround(random, kind, side);
        return new Scene(
            main,
            pedestal > 0
                ? new Solid(
                    SurfaceKind.Pedestal,
                    main.Foot with
                    {
                        Y = Scene.GroundY,
                    },
                    pedestal,
                    MathF.Max(0.8f, main.Radius + 0.1f),
                    new Paint(Hue.White, Shade.Dark)
                )
                : null,
            DrawCompanions(random, side, ground),
            random.Chance(light.Dim ? 0.2 : 0.5) ? DrawBalloon(random, side) : null,
            ground,
            new Backdrop(
                random.Chance(light.Dim ? 0.7 : 0.2),
                random.Chance(ground.Cover == GroundCover.Stone ? 0.65 : 0.3)
            ),
            light
        );
    }

    static SurfaceKind DrawKind(RandomStream random)
    {
        var rest = random.NextDouble();
        foreach (var (kind, share, _) in Kinds)
        {
            rest -= share;
            if (rest < 0)
            {
                return kind;
            }
        }

        return Kinds[^1].Kind;
    }

    static Solid DrawMain(RandomStream random, SurfaceKind kind, bool large, int side, float footY)
    {
        var height = large ? random.Uniform(1.75f, 1.95f) : random.Uniform(1.15f, 1.3f);
        var slender = random.Chance(0.4);
        var width = kind switch
        {
            SurfaceKind.Sphere => 1,
            SurfaceKind.Snowman => 0.6f,
            SurfaceKind.Dome => random.Uniform(1.1f, 1.25f),
            SurfaceKind.Egg => random.Uniform(0.58f, 0.66f),
            _ => slender ? random.Uniform(0.48f, 0.58f) : random.Uniform(0.95f, 1.1f),
        };
        if (kind is SurfaceKind.Box or SurfaceKind.Pyramid)
        {
            width *= 0.85f; // seen across a corner they are wider
        }

        var x = side == 0 ? random.Uniform(-0.1f, 0.1f) : side * random.Uniform(0.6f, 0.85f);
        var foot = new Vector3(x, footY, (float)NearZ + random.Uniform(-0.1f, 0.1f));
        return new Solid(kind, foot, height, height * width / 2, DrawPaint(random, kind), random.Uniform(0.1f, 0.9f));
    }

    static Paint DrawPaint(RandomStream random, SurfaceKind kind)
    {
        var hue = random.Chance(0.4) ? Kinds.First(entry => entry.Kind == kind).Favourite : (Hue)random.NextInt(6);
        var shade =
            hue == Hue.White ? Shade.Full // dark or pale, white would be taken for another hue
            : random.Chance(0.35) ? Shade.Dark
            : random.Chance(0.4) ? Shade.Pale
            : Shade.Full;
        var plain = kind is SurfaceKind.Box or SurfaceKind.Pyramid or SurfaceKind.Cylinder ? 0.2 : 0.45;
        var pattern = random.Chance(plain) ? Pattern.Plain : (Pattern)(1 + random.NextInt(3));
        var dark = (hue == Hue.White || random.Chance(0.5)) && shade != Shade.Dark;
        return new Paint(hue, shade, pattern, dark && pattern != Pattern.Plain);
    }

    static Light DrawLight(RandomStream random, int side)
    {
        var dim = random.Chance(0.35);
        var warm = random.Chance(dim ? 0.5 : 0.25);
        var overcast = random.Chance(warm ? 0.1 : 0.4);
        var x = random.Uniform(0.7f, 1.1f) * (random.Chance(side > 0 ? 0.65 : 0.4) ? -1 : 1);
        return new Light(x, random.Uniform(-1.1f, -0.7f), random.Uniform(-0.7f, -0.3f), dim, warm, overcast);
    }

    static Ground DrawGround(RandomStream random, SurfaceKind kind, int side)
    {
        var grass = random.Chance(kind is SurfaceKind.Tree or SurfaceKind.Mushroom ? 0.8 : 0.3);
        var cover =
            grass ? GroundCover.Grass
            : random.Chance(0.5) ? GroundCover.Sand
            : GroundCover.Stone;
        var tiled = random.Chance(cover == GroundCover.Stone ? 0.65 : 0.25);
        var away = side == 0 ? (random.Chance(0.5) ? -1 : 1) : -side;
        return new Ground(cover, tiled, random.Chance(grass ? 0.45 : 0.25) ? away * random.Uniform(0.9f, 1.3f) : null);
    }

    static Solid[] DrawCompanions(RandomStream random, int side, Ground ground)
    {
        // Directions in the picture that the main solid does not cover.
        float[] places = side switch
        {
            < 0 => [0.13f, 0.23f, 0.33f, 0.43f],
            > 0 => [-0.13f, -0.23f, -0.33f, -0.43f],
            _ => [-0.43f, -0.32f, 0.32f, 0.43f],
        };
        random.Shuffle(places.AsSpan());
        var count =
            random.Chance(ground.Tiled ? 0.2 : 0.4) ? 0
            : random.Chance(0.5) ? 1 + random.NextInt(2)
            : 3 + random.NextInt(2);
        return [.. places.Take(count).Select(place => DrawCompanion(random, place))];
    }

    static Solid DrawCompanion(RandomStream random, float place)
    {
        var kind = DrawKind(random);
        var z = random.Uniform(6, 7.5f);
        var height = random.Uniform(0.6f, 0.9f);
        return new Solid(
            kind,
            new(place * z, Scene.GroundY, z),
            height,
            height * 0.4f,
            DrawPaint(random, kind),
            random.Uniform(0, 1)
        );
    }

    static Solid DrawBalloon(RandomStream random, int side)
    {
        const float Z = 7;
        const float Radius = 0.65f;
        var away = side == 0 ? (random.Chance(0.5) ? -1 : 1) : -side;
        var middle = new Vector3(away * random.Uniform(0.25f, 0.38f), -random.Uniform(0.30f, 0.38f), 1) * Z;
        return new Solid(
            SurfaceKind.Balloon,
            middle + new Vector3(0, Radius, 0),
            2 * Radius,
            Radius,
            new Paint((Hue)random.NextInt(6))
        );
    }
}
