using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Primitives;

static class Windows
{
    /// <summary>The side of a window that has a centre pixel.</summary>
    internal static ValueType<int> Odd { get; } =
        Values.Integer(min: 1, max: 99).Where(side => side % 2 == 1, "an odd integer from 1 to 99");
}
