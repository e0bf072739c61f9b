using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Matlab;

namespace EtrNlp.Data.NyuV2;

/// <summary>
/// The official division, <c>splits.mat</c>. Its test images are what others call val and report on; there is no third
/// part.
/// </summary>
static class OfficialSplits
{
    const string Name = "splits.mat";

    /// <summary>The numbers of the images of both splits, ascending, each with its split.</summary>
    /// <param name="folder">The folder of the file.</param>
    /// <param name="count">How many images there are.</param>
    /// <param name="isSubset">Whether images may be in neither part, and numbers name no image.</param>
    /// <exception cref="DataException">The file is missing or damaged, or does not divide the images.</exception>
    public static (int Number, Split Split)[] Read(string folder, int count, bool isSubset)
    {
        var path = Path.Combine(folder, Name);
        var read = Mat5File.Read(path, "trainNdxs", "testNdxs");
        var (train, test) = (Numbers(read[0], "trainNdxs"), Numbers(read[1], "testNdxs"));
        var mistakes = new Mistakes(
            found => $"{path} does not divide the {count:N0} images ({found:N0})",
            "Copy it again."
        );
        foreach (var number in train.Concat(test).Where(number => number < 1 || (number > count && !isSubset)))
        {
            mistakes.Add($"there is no image {number}");
        }

        foreach (var number in train.Intersect(test))
        {
            mistakes.Add($"image {number} is in both parts");
        }

        foreach (var number in Enumerable.Range(1, isSubset ? 0 : count).Except(train).Except(test))
        {
            mistakes.Add($"image {number} is in neither part");
        }

        mistakes.ThrowIfAny();
        return
        [
            .. train
                .Select(number => (Number: number, Split: Split.Train))
                .Concat(test.Select(number => (Number: number, Split: Split.Val)))
                .Where(row => row.Number <= count)
                .OrderBy(row => row.Number),
        ];
    }

    static HashSet<int> Numbers(MatValue value, string variable)
    {
        var numbers = value is MatValue.Numbers { Values: var found } ? found : null;
        var whole = numbers?.Where(number => number is > int.MinValue and < int.MaxValue && number % 1 == 0);
        return numbers is not null && whole!.Count() == numbers.Length && numbers.Distinct().Count() == numbers.Length
            ? [.. numbers.Select(number => (int)number)]
            : throw new DataException($"{Name}: {variable} is no list of different integers; copy it again");
    }
}
