using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Datasets;

/// <summary>
/// The fewest images a network can be trained on: two to learn from, since a batch norm needs more than one, and one to
/// judge it by.
/// </summary>
public static class TrainingNeeds
{
    /// <summary>Checks how many images the splits have.</summary>
    /// <exception cref="DataException">A split has too few.</exception>
    public static void Check(Func<Split, int> count)
    {
        foreach (var (split, needed) in ((Split, int)[])[(Split.Train, 2), (Split.Val, 1)])
        {
            if (count(split) is var found && found < needed)
            {
                throw new DataException(
                    $"the dataset has too few images in split {Values.SnakeCase(split)}: "
                        + $"{found}, training needs at least {needed}; assign more to it"
                );
            }
        }
    }
}
