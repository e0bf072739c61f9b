using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Backbones;

/// <summary>
/// A configured backbone: the trunk from image to features, with the places where operation and routing act.
/// </summary>
public interface IBackbone
{
    /// <summary>The smallest height and width of an image, in pixels.</summary>
    int SmallestSide => 1;

    /// <summary>Factor on every number of channels; see <see cref="Backbones.Width"/>.</summary>
    double Width { get; }

    /// <summary>The same backbone at another width.</summary>
    IBackbone At(double width);

    /// <summary>
    /// Plans the trunk for images of one size. Every number of channels is a multiple of <paramref name="multiple"/>;
    /// <paramref name="place"/> says what stands at each convolution and its norm.
    /// </summary>
    /// <exception cref="InvalidSettingException">The image is too small, or the width does not fit.</exception>
    TrunkPlan Plan(ImageSize image, int multiple, Func<ConvSite, LayerPlan> place);
}
