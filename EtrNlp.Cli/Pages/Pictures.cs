using EtrNlp.Core.Reports;
using EtrNlp.Core.Runs;

namespace EtrNlp.Cli.Pages;

/// <summary>
/// Example predictions of the last epoch that was drawn: of each configuration the first seed that has some. Where not
/// all have room, the first images of every configuration stand before the second ones.
/// </summary>
static class Pictures
{
    const int MostBytes = 700_000;
    const int MostOfConfiguration = 12;

    /// <summary>Their part of the page; empty where no run has drawn any.</summary>
    internal static string Section(IEnumerable<ShownConfiguration> configurations)
    {
        var all = configurations
            .SelectMany(one => Last(one).Index().Select(found => (one.Name, Rank: found.Index, found.Item)))
            .OrderBy(found => found.Rank)
            .Select(found => (found.Name, found.Item.Seed, found.Item.Picture, found.Item.Picture.Png))
            .ToArray();
        var room = MostBytes;
        var shown = all.Where(found => found.Png.Length <= room && (room -= found.Png.Length) >= 0)
            .GroupBy(found => found.Name)
            .ToArray();
        var left = all.Length - shown.Sum(group => group.Count());
        return Html.Section(
            "Example predictions",
            "From left to right: input, label, prediction, error."
                + (left == 0 ? "" : FormattableString.Invariant($" {left} more have no room here.")),
            shown.Select(group =>
                $"<h3>{Html.Text(group.Key)}</h3>\n<div class=\"charts\">\n"
                + string.Concat(group.Select(found => Figure(found.Seed, found.Picture, found.Png)))
                + "</div>\n"
            )
        );
    }

    static IEnumerable<(int? Seed, ExamplePicture Picture)> Last(ShownConfiguration configuration) =>
        configuration
            .Runs.Select(run => ExamplePicture.Of(run.Folder).Select(picture => (run.Seed, picture)).ToArray())
            .FirstOrDefault(pictures => pictures.Length > 0)
            ?.GroupBy(found => found.picture.Epoch)
            .Last()
            .OrderBy(found => found.picture.Image)
            .Take(MostOfConfiguration) ?? [];

    static string Figure(int? seed, ExamplePicture picture, byte[] png) =>
        Html.Figure(
            $"<img alt=\"\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">",
            FormattableString.Invariant(
                $"{picture.Task}: {picture.Split} image {picture.Image}, seed {seed}, epoch {picture.Epoch}"
            )
        );
}
