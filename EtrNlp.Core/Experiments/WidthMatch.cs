using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Experiments;

/// <summary>The width of the backbone at which a network's #F is nearest to a given number.</summary>
/// <param name="Width">The factor with the fewest decimals of those that make this network.</param>
/// <param name="Macs">The network's #F at that width.</param>
public sealed record WidthMatch(double Width, long Macs)
{
    /// <summary>Looks among all widths, without trying each, since more channels never take fewer MACs.</summary>
    public static WidthMatch Find(Experiment experiment, ImageSize image, long macs) =>
        new Search(experiment, image).Nearest(macs);

    // Widths are counted in steps. Channels of up to 512 change at most every 1/1024 of a width, so that no network
    // lies between two steps.
    sealed class Search(Experiment experiment, ImageSize image)
    {
        const int StepsOfOne = 10_000;
        const int First = (int)(Backbones.Width.Least * StepsOfOne);
        const int End = (int)(Backbones.Width.Most * StepsOfOne) + 1;

        readonly Dictionary<int, long?> _macs = [];

        public WidthMatch Nearest(long macs)
        {
            var above = FirstFrom(FirstWhere(found => found >= macs));
            var below = LastBefore(above);
            var nearest = (MacsAt(below), MacsAt(above)) switch
            {
                (null, { } more) => more,
                ({ } less, null) => less,
                ({ } less, { } more) => macs - less <= more - macs ? less : more,
                _ => throw new InvalidSettingException("backbone.width", "no width makes a network of these settings"),
            };
            return new WidthMatch((double)Shortest(nearest) / StepsOfOne, nearest);
        }

        // The step with the fewest decimals of those with a network of so many.
        int Shortest(long macs)
        {
            var (first, end) = (FirstWhere(found => found >= macs), FirstWhere(found => found > macs));
            for (var unit = StepsOfOne; ; unit /= 10)
            {
                for (var step = (first + unit - 1) / unit * unit; step < end; step += unit)
                {
                    if (MacsAt(step) == macs)
                    {
                        return step;
                    }
                }
            }
        }

        // A step before which no network is reached and from which on every one is.
        int FirstWhere(Func<long, bool> reached)
        {
            var (low, high) = (First, End);
            while (low < high)
            {
                var middle = (low + high) / 2;
                var step = FirstFrom(middle);
                if (step < high && !reached(MacsAt(step)!.Value))
                {
                    low = step + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low;
        }

        int FirstFrom(int step)
        {
            while (step < End && MacsAt(step) is null)
            {
                step++;
            }

            return step;
        }

        int LastBefore(int step)
        {
            do
            {
                step--;
            } while (step >= First && MacsAt(step) is null);
            return step;
        }

        // Null where the settings make no network of this width, or there is no such width.
        long? MacsAt(int step)
        {
            if (!_macs.TryGetValue(step, out var macs))
            {
                _macs[step] = macs = step is >= First and < End ? Count((double)step / StepsOfOne) : null;
            }

            return macs;
        }

        long? Count(double width)
        {
            try
            {
                return NetworkPlanner.Plan(experiment with { Backbone = experiment.Backbone.At(width) }, image).Macs;
            }
            catch (InvalidSettingException)
            {
                return null;
            }
        }
    }
}
