import type { NetworkProps } from '../modules/network/network';
import type { Configuration } from './config/schema';

export function networkProps({ network }: Configuration): NetworkProps {
  const { vpcId, subnetIds } = network;
  return vpcId === undefined || subnetIds === undefined ? {} : { vpcId, subnetIds };
}
