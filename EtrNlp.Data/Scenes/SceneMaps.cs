using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Scenes;

/// <summary>The maps of one scene as they are kept: what each pixel shows, its depth and its normal.</summary>
sealed record SceneMaps(SurfaceKind[] Surfaces, float[] Depth, float[] Normals)
{
    /// <summary>Renders them.</summary>
    public static SceneMaps Render(Scene scene, ImageSize size)
    {
        var pixels = size.Height * size.Width;
        var maps = new SceneMaps(new SurfaceKind[pixels], new float[pixels], new float[3 * pixels]);
        SceneRenderer.RenderMaps(scene, size.Height, size.Width, maps.Surfaces, maps.Depth, maps.Normals);
        return maps;
    }

    /// <summary>
    /// How each requested map is read off. Classes are found by their names among those of
    /// <see cref="SurfaceClasses"/>; where all are of a benchmark instead, its classes are replaced by position, so
    /// that its preset can be tried without its data.
    /// </summary>
    /// <exception cref="InvalidSettingException">A class does not exist, or two classes share a surface.</exception>
    public static Action<SceneMaps, Span<float>>[] Bind(DatasetRequest request)
    {
        var names = request
            .Maps.Select(map => map.Map)
            .OfType<PixelMap.Classes>()
            .SelectMany(map => map.Names)
            .Distinct()
            .ToArray();
        var standIns = StandIns(names);
        if (standIns is not null)
        {
            request.Say(
                $"scenes have no classes named {string.Join(", ", names.Take(3))}, ...; "
                    + $"their classes {string.Join(", ", names.Take(3).Select(name => standIns[name]))}, ... "
                    + "stand in, in order"
            );
        }

        return
        [
            .. request.Maps.Select<RequestedMap, Action<SceneMaps, Span<float>>>(requested =>
                requested.Map switch
                {
                    PixelMap.Depth => (maps, values) => maps.Depth.CopyTo(values),
                    PixelMap.Normals => (maps, values) => maps.Normals.CopyTo(values),
                    PixelMap.Classes { Names: var classes } => ByTable(
                        Table([.. classes.Select(name => standIns?[name] ?? name)], requested.Key)
                    ),
                    _ => throw new InvalidSettingException(requested.Key, $"scenes have no map of {requested.Map}"),
                }
            ),
        ];
    }

    static Dictionary<string, string>? StandIns(string[] names)
    {
        if (names.All(name => SurfaceClasses.Of(name).Count > 0))
        {
            return null;
        }

        return Fit(ClassSets.Cityscapes, SurfaceClasses.SevenNames)
            ?? Fit(ClassSets.Nyuv2, SurfaceClasses.ThirteenNames);

        Dictionary<string, string>? Fit(IReadOnlyList<string> official, IReadOnlyList<string> ours) =>
            names.All(official.Contains)
                ? official.Zip(ours).ToDictionary(pair => pair.First, pair => pair.Second)
                : null;
    }

    static Action<SceneMaps, Span<float>> ByTable(float[] table) =>
        (maps, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = table[(int)maps.Surfaces[i]];
            }
        };

    // The position among the classes by surface.
    static float[] Table(IReadOnlyList<string> classes, string key)
    {
        var table = new float[SurfaceClasses.Names.Count];
        Array.Fill(table, -1);
        foreach (var (c, name) in classes.Index())
        {
            var surfaces = SurfaceClasses.Of(name);
            if (surfaces.Count == 0)
            {
                string[] known =
                [
                    .. SurfaceClasses
                        .SevenNames.Concat(SurfaceClasses.ThirteenNames)
                        .Concat(SurfaceClasses.Names)
                        .Distinct(),
                ];
                throw new InvalidSettingException(key, $"scenes have no class '{name}'{NearestName.Hint(name, known)}");
            }

            foreach (var surface in surfaces)
            {
                table[(int)surface] =
                    table[(int)surface] < 0
                        ? c
                        : throw new InvalidSettingException(
                            key,
                            $"'{classes[(int)table[(int)surface]]}' and '{name}' share the surface "
                                + $"'{SurfaceClasses.Names[(int)surface]}'; a pixel has one class of a list"
                        );
            }
        }

        return table;
    }
}
