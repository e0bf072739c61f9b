using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// Task lists of the paper's benchmarks, by name; columns and classes are the dataset's official names.
/// </summary>
public static class TaskPresets
{
    const int Shown = 8;

    // Supplement, Table 1; the order inside a group is the order of its outputs.
    static readonly (string Name, string Columns)[] CelebAGroups =
    [
        ("global", "Attractive Blurry Chubby Double_Chin Heavy_Makeup Male Oval_Face Pale_Skin Young"),
        ("eyes", "Bags_Under_Eyes Eyeglasses Narrow_Eyes Arched_Eyebrows Bushy_Eyebrows"),
        ("hair", "Bald Bangs Black_Hair Blond_Hair Brown_Hair Gray_Hair Receding_Hairline Straight_Hair Wavy_Hair"),
        ("mouth", "Big_Lips Mouth_Slightly_Open Smiling Wearing_Lipstick"),
        ("nose", "Big_Nose Pointy_Nose"),
        ("beard", "5_o_Clock_Shadow Goatee Mustache No_Beard Sideburns"),
        ("cheek", "High_Cheekbones Rosy_Cheeks"),
        ("wearings", "Wearing_Earrings Wearing_Hat Wearing_Necklace Wearing_Necktie"),
    ];

    static readonly Dictionary<string, ImmutableArray<LearningTask>> All = new()
    {
        ["celeba8"] =
        [
            .. CelebAGroups.Select(group => new LearningTask(
                group.Name,
                new Attributes([.. group.Columns.Split(' ')])
            )),
        ],
        ["celeba40"] =
        [
            .. CelebAGroups
                .SelectMany(group => group.Columns.Split(' '))
                .Select(column => new LearningTask(column.ToLowerInvariant(), new Attributes([column]))),
        ],
        ["cityscapes8"] = [.. OneVsRestOf(ClassSets.Cityscapes), new("depth", new Depth())],
        ["nyuv2_15"] = [.. OneVsRestOf(ClassSets.Nyuv2), new("depth", new Depth()), new("normals", new Normals())],
    };

    /// <summary>The presets as an axis; one stands for a whole list and has no keys.</summary>
    public static Registry<ImmutableArray<LearningTask>> Axis { get; } =
        new(
            "task preset",
            [
                .. All.Select(preset => new Entry<ImmutableArray<LearningTask>>(
                    preset.Key,
                    $"tasks: {preset.Key} stands for {FirstOf(preset.Value)}",
                    "paper Sec. 4.1; supplement, Tables 1 and 2",
                    [],
                    _ => preset.Value
                )),
            ]
        );

    /// <summary>The names a file can give.</summary>
    public static IReadOnlyList<string> Names => Axis.Names;

    static string FirstOf(ImmutableArray<LearningTask> tasks) =>
        string.Join(", ", tasks.Take(Shown).Select(task => task.Name)) + (tasks.Length > Shown ? ", ..." : "");

    /// <summary>The tasks of a preset, or null.</summary>
    public static ImmutableArray<LearningTask>? Find(string name) =>
        All.TryGetValue(name, out var tasks) ? tasks : null;

    static IEnumerable<LearningTask> OneVsRestOf(IEnumerable<string> classes) =>
        classes.Select(name => new LearningTask(name, new Segmentation([name], new OneVsRest()), "segmentation"));
}
