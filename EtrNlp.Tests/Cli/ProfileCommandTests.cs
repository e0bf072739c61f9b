using System.Text.Json;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>
/// Counts at 64 x 64 with CelebA's eight groups, from the closed formulas of the paper's networks, not from this
/// program.
/// </summary>
public sealed class ProfileCommandTests
{
    const string Network = """
        name: counted
        dataset: {kind: scenes, image_size: 64}
        tasks: celeba8
        backbone: {kind: resnet18}

        """;

    const string Etr = "routing: {kind: etr, gamma: 0.9}";

    static async Task<JsonElement> Profile(string yaml, params string[] more)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("counted.yaml"), yaml);
        var (code, output, error) = await Etrnlp.Run(["profile", folder.File("counted.yaml"), "--json", .. more]);
        Assert.That((code, error), Is.EqualTo((0, "")));
        return JsonDocument.Parse(output).RootElement;
    }

    static long[] Counts(JsonElement json) =>
        [
            json.GetProperty("parameters").GetProperty("active").GetInt64(),
            json.GetProperty("parameters").GetProperty("total").GetInt64(),
            json.GetProperty("macs").GetInt64(),
        ];

    [Test]
    public async Task The_stem_is_shown_layer_by_layer()
    {
        var layers = (await Profile(Network, "--verbose")).GetProperty("layers").EnumerateArray();

        Assert.That(
            layers.Take(3).Select(layer => layer.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "stem.conv", "stem.norm", "stem.pool" })
        );
    }

    // Learned displacements are two numbers for each of the 3840 channels that leave 3x3 convolutions.
    [TestCase("", 11_197_032, 148_066_304)]
    [TestCase("operation: {kind: nlp}", 2_046_312, 42_346_496)]
    [TestCase("routing: {kind: task_routing}", 11_197_032, 148_066_304)]
    [TestCase("routing: {kind: max_roaming}", 11_197_032, 148_066_304)]
    [TestCase("operation: {kind: shift}", 2_824_808, 43_208_704)]
    [TestCase("operation: {kind: shift, displacement: learned}", 2_824_808 + (2 * 3840), 43_208_704)]
    public async Task Networks_that_all_tasks_share(string lines, long parameters, long macs) =>
        Assert.That(Counts(await Profile(Network + lines)), Is.EqualTo(new[] { parameters, parameters, macs }));

    // Eight trunks, heads of 40 outputs, and in three places 8x8 weights on the features of layer 1, 2 or 3.
    [Test]
    public async Task Towers_pass_together_and_all_count() =>
        Assert.That(
            Counts(await Profile(Network + "routing: {kind: cross_stitch}")),
            Is.EqualTo(
                new[]
                {
                    (8 * (11_197_032 - 20_520)) + 20_520 + (3 * 64),
                    (8 * (11_197_032 - 20_520)) + 20_520 + (3 * 64),
                    (8 * (148_066_304 - 20_480)) + 20_480 + (64 * ((64 * 256) + (128 * 64) + (256 * 16))),
                }
            )
        );

    [TestCase("nlp", "shared_batch", 10_845_720)]
    [TestCase("nlp", "owned", 10_851_320)]
    [TestCase("conv", "shared_batch", 19_013_288)]
    [TestCase("conv", "owned", 19_018_776)]
    public async Task Etr_counts_depend_on_who_owns_the_norms(string operation, string norm, long total)
    {
        var json = await Profile(
            $"{Network}operation: {{kind: {operation}}}\n{Etr}",
            "--set",
            "backbone.shortcut_norm=false",
            "--set",
            $"routing.norm={norm}"
        );

        Assert.That(Counts(json)[1], Is.EqualTo(total));
        Assert.That(json.GetProperty("norm").GetString(), Is.EqualTo(norm));
    }

    [Test]
    public async Task One_task_of_etr_nlp_reaches_a_fraction_of_it() =>
        Assert.That(
            Counts(await Profile($"{Network}operation: {{kind: nlp}}\n{Etr}", "--set", "backbone.shortcut_norm=false")),
            Is.EqualTo(new long[] { 2_980_520, 10_851_320, 54_142_976 })
        );

    [TestCase("routing: {kind: hard_sharing}")]
    [TestCase("routing: {kind: single_task}")]
    [TestCase("routing: {kind: cross_stitch}")]
    [TestCase("routing: {kind: mtan}")]
    [TestCase("routing: {kind: etr, gamma: [0.9, 0.5, 0, 1, 0.9, 0.9, 0.9, 0.9]}")]
    public async Task The_lines_of_the_layers_add_up_to_the_whole(string routing)
    {
        var json = await Profile($"{Network}operation: {{kind: nlp}}\n{routing}", "--verbose");
        var layers = json.GetProperty("layers").EnumerateArray().ToArray();

        Assert.That(layers.Sum(layer => layer.GetProperty("macs").GetInt64()), Is.EqualTo(Counts(json)[2]));
        Assert.That(
            layers
                .Select(layer => layer.GetProperty("parameters"))
                .Sum(own => own.GetProperty("shared").GetInt64() + own.GetProperty("task").GetInt64()),
            Is.EqualTo(Counts(json)[0])
        );
    }

    // Masks are no parameters, and a filter that a task does not keep is computed all the same.
    [TestCase("task_routing")]
    [TestCase("max_roaming")]
    public async Task Masks_of_the_shared_branch_change_no_count(string partition) =>
        Assert.That(
            Counts(
                await Profile(
                    $"{Network}operation: {{kind: nlp}}\n{Etr}",
                    "--set",
                    "backbone.shortcut_norm=false",
                    "--set",
                    $"routing.shared={{kind: {partition}, keep: 0.6}}"
                )
            ),
            Is.EqualTo(new long[] { 2_980_520, 10_851_320, 54_142_976 })
        );

    // 28.8, 57.6, 115.2 and 230.4.
    [TestCase("", new[] { 29, 58, 115, 230 })]
    [TestCase("operation: {kind: nlp}", new[] { 30, 58, 116, 230 })]
    public async Task Widths_are_shown(string lines, int[] channels)
    {
        var json = await Profile(Network + lines, "--set", "backbone.width=0.45");

        Assert.That(json.GetProperty("width").GetDouble(), Is.EqualTo(0.45));
        Assert.That(json.GetProperty("channels").EnumerateArray().Select(one => one.GetInt32()), Is.EqualTo(channels));
    }

    // A network is found again from another width of itself.
    [Test]
    public async Task The_width_that_matches_another_file_is_found()
    {
        using var folder = new TemporaryFolder();
        var (counted, half) = (folder.File("counted.yaml"), folder.File("half.yaml"));
        File.WriteAllText(counted, Network);
        File.WriteAllText(half, Network.Replace("counted", "half").Replace("resnet18", "resnet18, width: 0.5"));
        var macs = Counts(await Profile(Network, "--set", "backbone.width=0.5"))[2];

        var match = (await Profile(Network, "--match", half)).GetProperty("match");
        var (_, text, _) = await Etrnlp.Run("profile", counted, "--match", half);

        Assert.That(match.GetProperty("name").GetString(), Is.EqualTo("half"));
        Assert.That(match.GetProperty("macs").GetInt64(), Is.EqualTo(macs));
        Assert.That(match.GetProperty("nearest").GetProperty("width").GetDouble(), Is.EqualTo(0.5));
        Assert.That(match.GetProperty("nearest").GetProperty("macs").GetInt64(), Is.EqualTo(macs));
        Assert.That(
            text.Split('\n'),
            Has.Some.StartsWith("backbone.width=0.5 comes nearest: ").And.Some.EndsWith(" MACs (0.00%)")
        );
    }

    [Test]
    public async Task What_both_are_measured_on_is_overridden_in_both()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("other.yaml"), Network);
        string[] small = ["--set", "dataset.image_size=32"];

        var other = folder.File("other.yaml");
        var json = await Profile(Network, [.. small, "--set", "backbone.width=2", "--match", other]);
        var match = json.GetProperty("match");

        Assert.That(match.GetProperty("macs").GetInt64(), Is.EqualTo(Counts(await Profile(Network, small))[2]));
        Assert.That(match.GetProperty("nearest").GetProperty("width").GetDouble(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_file_to_match_that_is_not_there_is_told()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("counted.yaml"), Network);

        var (code, _, error) = await Etrnlp.Run("profile", folder.File("counted.yaml"), "--match", "nowhere.yaml");

        Assert.That((code, error), Is.EqualTo((2, "etrnlp: there is no file nowhere.yaml\n")));
    }

    // The stem: 3 * 64 * 7 * 7 = 9,408 weights, each used at 32 * 32 places.
    [Test]
    public async Task People_read_the_same_numbers()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("counted.yaml"), Network);
        var (_, output, _) = await Etrnlp.Run("profile", folder.File("counted.yaml"), "--verbose");

        Assert.That(output, Does.Contain("11,197,032").And.Contain("148,066,304").And.Contain("norm shared"));
        Assert.That(output, Does.Match(@"stem\.conv +conv 7x7 +3x64x64 +64x32x32 +9,408 +0 +9,633,792"));
    }
}
