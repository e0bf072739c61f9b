using EtrNlp.Core.Planning;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Backbones;

/// <summary>A configured backbone: the trunk from image to features, with the places where operation and routing act.</summary>
public interface IBackbone
{
    /// <summary>Plans the trunk for images of one size; <paramref name="place"/> says what stands at each convolution and its norm.</summary>
    /// <exception cref="InvalidSettingException">The image is too small, or the width does not fit.</exception>
    LayerPlan Plan(ImageSize image, Func<ConvSite, LayerPlan> place);
}
